"""The application: looks, language, and what becomes of our own mistakes."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from argparse import Namespace
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from .model.notices import Notice
from .model.session import Session
from .model.user_settings import UserSettings, config_folder, read_settings
from .views.main_window import MainWindow
from .views.qt_loop import QtLoop
from .views.theme import dress

LOG = "panel.log"


def run(arguments: Namespace) -> int:
    """Until the window is closed; 0."""
    settings = read_settings(config_folder(os.environ))
    app = make_app(arguments.language or settings.language)
    session = Session(QtLoop(app), settings)
    tell_mistakes(session)
    window = MainWindow(session, keep_layout=not arguments.new_window_state)
    window.show()
    if arguments.path:
        session.open(*arguments.path)
    return app.exec()


def make_app(language: str = "") -> QApplication:
    """The one application, dressed. language: such as `de`; empty: the system's."""
    # The worker of an installed panel is of the same environment.
    if not os.environ.keys() & {"UNREEL_PYTHON", "UNREEL_HOME"}:
        os.environ["UNREEL_PYTHON"] = sys.executable
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Unreel")
    dress(app)
    locale = QLocale(language) if language else QLocale.system()
    for name, folder in (
        ("unreel", os.path.join(os.path.dirname(__file__), "languages")),
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
    ):
        translator = QTranslator(app)
        if translator.load(locale, name, "_", folder):
            app.installTranslator(translator)
    return app


def tell_mistakes(session: Session) -> None:
    """What nobody caught in any thread becomes a notice with its traceback, and a line in the log; the window stays."""

    def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(details)
        write_log(session.settings, details)
        text = (
            f"Something in the panel itself went wrong ({kind.__name__}). Your work is kept; please send the details."
        )
        session.notices.add(Notice(text, details=details, level="wrong"))

    def told_by_thread(fault: threading.ExceptHookArgs) -> None:
        error = fault.exc_value
        if error is not None:
            session.loop.soon(lambda: told(fault.exc_type, error, error.__traceback__))

    sys.excepthook = told
    threading.excepthook = told_by_thread


def write_log(settings: UserSettings, text: str) -> None:
    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
        with open(settings.folder / LOG, "a", encoding="utf-8") as log:
            log.write(text + "\n")
    except OSError:
        pass  # it stands in the notice too
