"""A form whose saving takes a moment: it is done as a job, and the form waits for it."""

from __future__ import annotations

from practice_app.errors import PracticeError
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.jobs import Job


class SlowFormPage(FormPage):
    """Saves by a job: nothing can be typed meanwhile; afterwards it leaves, or says what is wrong."""

    def start(self) -> Job | None:
        """Begin to store what the form says; None when the user thought better of it."""
        raise NotImplementedError

    def save(self) -> None:
        """See FormPage.save."""
        if not self.isEnabled() or not self.passes():
            return
        job = self.start()
        if job is not None:
            self.setEnabled(False)
            job.finished.connect(self._stored)
            job.failed.connect(self._not_stored)

    def _stored(self, done: object) -> None:
        self.setEnabled(True)
        self.finish(done)

    def _not_stored(self, error: PracticeError) -> None:
        self.setEnabled(True)
        self.refuse(error)
