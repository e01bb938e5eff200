"""Files of any size between the disk and the attachments, without their content in memory."""

import contextlib
import errno
import hashlib
import os
import shutil

import psycopg2.errors
from odoo import models

# What a full disk may come as; `disco_lleno` tells.
DISCO = (OSError, psycopg2.errors.DiskFull)


def disco_lleno(error):
    """Whether an exception says that there is no room on the disk."""
    if isinstance(error, psycopg2.errors.DiskFull):
        return True
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextlib.contextmanager
def carpeta(export):
    """A folder for the file of one request, gone at the end.

    It is always the same one, beside the attachments: what a killed run left there goes when the next one begins, and
    the file that is ready moves to its place without being copied.
    """
    path = os.path.join(export.env["ir.attachment"]._filestore(), "cartera_exportacion", str(export.id))
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path, mode=0o700)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _file_write(self, bin_value, checksum):
        # EXTENDS base: a file that did not fit is taken away; the next one of that content would be taken as written.
        try:
            return super()._file_write(bin_value, checksum)
        except OSError:
            path = self._full_path(f"{checksum[:2]}/{checksum}")  # `_get_path` would say that it collides
            with contextlib.suppress(FileNotFoundError):
                if os.path.getsize(path) < len(bin_value):
                    os.unlink(path)
            raise

    def _cartera_desde_archivo(self, path, name, mimetype, record):
        """The attachment of `record` whose content is the file at `path`, which is taken away from there.

        Where attachments are not files, its content is read.
        """
        values = {"name": name, "mimetype": mimetype, "res_model": record._name, "res_id": record.id}
        if self._storage() != "file":
            with open(path, "rb") as file:
                return self.create({**values, "raw": file.read()})
        attachment = self.create(values)
        with open(path, "rb") as file:
            checksum = hashlib.file_digest(file, "sha1").hexdigest()
        attachment._cartera_guardar(path, checksum)
        return attachment

    def _cartera_guardar(self, path, checksum):
        """Put the file where attachments are; Odoo's own `create` and `write` would take it from memory."""
        store = f"{checksum[:2]}/{checksum}"
        models.BaseModel.write(
            self, {"store_fname": store, "checksum": checksum, "file_size": os.path.getsize(path), "db_datas": False}
        )
        # Before the file is there, so that it is not collected as garbage until the transaction ends.
        self.flush_recordset()
        self._mark_for_gc(store)
        place = self._full_path(store)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.replace(path, place)
