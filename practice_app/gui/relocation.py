"""The form that asks where the practice shall be kept: on a server of the clinic's own, or on this PC."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from practice_app.errors import Invalid
from practice_app.gui.controls import PasswordEdit, label, push_button
from practice_app.gui.desk import Desk, Privileged
from practice_app.gui.door import Move
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.screen import Tools
from practice_app.services import form_drafts, relocation

_WHY = "You are about to move the whole practice to another place."
_WIDEST_FORM = 560
_CERTIFICATES = "Certificates (*.pem *.crt *.cer);;All files (*)"

_TO_SERVER = (
    "Everybody works on the server then, from as many PCs as you like. Session notes, care letters and scans "
    "stay sealed there; whoever looks after the server sees everything else. A backup is made first, every "
    "row is compared, and the file on this PC is removed at the end."
)
_TO_FILE = (
    "Only this PC has the practice then. A backup is made first, every row is compared, and what is on the "
    "server is removed at the end; without its admin the practice's user names stay there."
)


class MoveForm(FormPage):
    """Asks for what a move takes; stored, it gives the Move."""

    def __init__(self, tools: Tools, desk: Desk) -> None:
        self._is_on_server = bool(relocation.address_of(desk.folder))
        title = "Keep the practice on this PC" if self._is_on_server else "Keep the practice on a server"
        super().__init__(tools, title, save_text="&Move the practice")
        self._desk = desk
        self._password = PasswordEdit()
        self._backup_to: Path | None = None
        self.form.setMaximumWidth(_WIDEST_FORM)
        self.form.add_part(label(_TO_FILE if self._is_on_server else _TO_SERVER, wraps=True))
        if not self._is_on_server:
            self._add_server()
        hint = "Somebody who may make users on the server. It is used this once and not kept."
        self.form.add(Field("admin", "Server's admi&n", QLineEdit(), hint=hint))
        self.form.add(Field("password", "Admin's pass&word", self._password))
        self.begin(form_drafts.Form("relocation"), {})

    def check(self, name: str) -> str:
        """See FormPage.check."""
        match name:
            case "address":
                try:
                    relocation.check_address(self.value("address"))
                except Invalid as error:
                    return str(error)
            case "authority":
                if not Path(self.value("authority")).is_file():
                    return "Choose the file with the certificate the server is known by."
            case "admin":
                if not self.value("admin") and (not self._is_on_server or self._password.line.text()):
                    return "Enter the name of the server's admin."
            case "password":
                if self.value("admin") and not self._password.line.text():
                    return "Enter the admin's password."
        return ""

    def save(self) -> None:
        """Ask for one's own password and for the backup's place first."""
        if not self.passes() or not self._desk.is_really_me(Privileged.KEYS, _WHY):
            return
        self._backup_to = self._tools.asker.folder("Where shall the backup go that is made first?")
        if self._backup_to is not None:
            super().save()

    def store(self) -> Move:
        """Nothing is stored here: what was asked for."""
        address = "" if self._is_on_server else self.value("address")
        authority = None if self._is_on_server else Path(self.value("authority"))
        password = self._password.take()
        return Move(address, authority, self.value("admin"), password, self._backup_to or self._desk.folder)

    def _add_server(self) -> None:
        hint = "An empty database: postgresql://name:port/database"
        self.form.add(Field("address", "&Address of the server", QLineEdit(), hint=hint))
        hint = "From whoever looks after the server; it proves that no other poses as it."
        self.form.add(Field("authority", "Ser&ver's certificate", QLineEdit(), hint=hint))
        choose = push_button("Ch&oose the file…", kind="link")
        choose.clicked.connect(self._choose)
        self.form.add_part(choose)

    def _choose(self) -> None:
        path = self._tools.asker.open_file("Which file is the server's certificate?", _CERTIFICATES)
        if path is not None:
            self.fill({"authority": str(path)})
