"""What lies in several pieces or several times on a disk: LVM2 and arrays of Linux."""
