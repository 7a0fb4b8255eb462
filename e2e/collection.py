"""Unpacks Ansible's collection for AWS into the packages of the Python that runs this: `collection.py FOLDER_WITH_THE_WHEEL`."""

import pathlib
import sys
import sysconfig
import zipfile

COLLECTION = "ansible_collections/amazon/aws/"

[wheel] = pathlib.Path(sys.argv[1]).glob("ansible-*.whl")
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(sysconfig.get_path("purelib"), [name for name in archive.namelist() if name.startswith(COLLECTION)])
