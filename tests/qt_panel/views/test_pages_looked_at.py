from __future__ import annotations

import pytest
from unreel.qt_panel.views.main_window import MainWindow

from .looked_at import clipped, missed_by_tab, nameless


@pytest.mark.parametrize("page", ["canonical", "propagate", "sheet"])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)], ids=str)
def test_nothing_is_cut_off_and_every_control_can_be_come_to(
    trained_window: MainWindow, page: str, size: tuple[int, int], qtbot
):
    trained_window.resize(*size)
    trained_window.go_to(page)
    qtbot.wait(50)
    trained_window.session.jobs.pause()
    trained_window.session.renders.render()
    trained_window.queue.setVisible(True)
    found = trained_window.page(page)
    assert found is not None
    for root in (found, trained_window.queue):
        assert clipped(root) == []
        assert missed_by_tab(root) == []
        assert nameless(root) == []
