"""A case as CASE 1.x / UCO 1.x in JSON-LD, for other tools. An export, never the signed truth.

What becomes what (classes and properties by their names in the two ontologies):

- **An item** that holds bytes: `observable:File` (`SymbolicLink` for one, `ObservableObject` for a
  document that hozen made itself) with a `FileFacet` of where and when it was, and a
  `ContentDataFacet` with size and SHA-256 of the bytes in the bundle; and a `ProvenanceRecord` with
  its exhibit number, `<case number>/<bundle>/<item>`.
- **A gap**: no observable, since none was observed. It is a `core:Annotation` on the collection,
  with tags `gap` and the reason, and the collection names it as `action:error`: a difference
  between what was to be done and what was. An item that is partial or has holes keeps its object
  and gets such an annotation on itself; a partial one is an error of the collection, too. A
  further name of a file that is there under another one is an annotation on that file, tagged
  `same_as`.
- **A session of the collection, the import, each holder's event**: `InvestigativeAction`, each
  informed by the one before. Who performed it is a `Person` where an event names one, else an
  `Identity` that says whose key signed; nothing here vouches for a name. Times are those of the
  events. Of an import only the end is recorded, so that it has no start.
- **The bundle**: a `Directory` with its volumes and its manifest as contained files with digests,
  and the provenance record whose number all items name as their root.

Left out: modes, owners and extended attributes, salts, matches of rules: `items.jsonl` has them.
Before the file takes its name, all records have been held against the tree that was signed.

Nothing of the ontologies is in this repository: only the names that an export has to use.
"""

from evidence.report.case_uco.export import export_case_uco

__all__ = ["export_case_uco"]
