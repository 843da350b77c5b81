"""What a partial bundle may hold beside what is signed, and what it may not."""

import bundles


def pulled(path):
    """A bundle whose run ended without a seal, with one volume closed."""
    writer = bundles.writer_at(path)
    bundles.Pipeline(writer, bundles.empty_source(path), clock=bundles.Clock()).run(
        [bundles.Given(bundles.things())]
    )
    writer.close_volume("phase_end")
    writer.abandon()
    return path


def test_an_open_volume_of_a_pulled_stick_is_a_statement(tmp_path):
    path = pulled(tmp_path / "bundle")
    (path / "data" / "volume-00002.tar.zst.age").write_bytes(b"cut off")

    verdict = bundles.checked(path)

    assert verdict.failed == []
    assert "open_volume" in [finding.key for finding in verdict.stage(9).findings]


def test_a_file_of_another_name_is_no_open_volume(tmp_path):
    path = pulled(tmp_path / "bundle")
    (path / "data" / "zzz").write_bytes(b"planted")

    verdict = bundles.checked(path)

    assert 3 in verdict.failed
