"""Lines of a list as Qt's views want them: news moves, adds and takes away single lines, so that
nothing jumps under anybody's finger."""

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROLE = Qt.ItemDataRole.UserRole + 1


class Lines(QAbstractListModel):
    """Dictionaries with an "id"; a delegate asks for one as `line`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[dict[str, Any]] = []

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = ROLE) -> Any:
        return self._lines[index.row()] if role == ROLE and index.isValid() else None

    def roleNames(self) -> dict[int, QByteArray]:
        return {ROLE: QByteArray(b"line")}

    def show(self, lines: list[dict[str, Any]]) -> None:
        """Become these lines with as little change as they need."""
        wanted = {line["id"] for line in lines}
        for row in reversed(range(len(self._lines))):
            if self._lines[row]["id"] not in wanted:
                self.beginRemoveRows(NOWHERE, row, row)
                del self._lines[row]
                self.endRemoveRows()
        for row, line in enumerate(lines):
            here = self._row_of(line["id"], row)
            if here is None:
                self.beginInsertRows(NOWHERE, row, row)
                self._lines.insert(row, line)
                self.endInsertRows()
                continue
            if here != row:
                self.beginMoveRows(NOWHERE, here, here, NOWHERE, row)
                self._lines.insert(row, self._lines.pop(here))
                self.endMoveRows()
            if self._lines[row] != line:
                self._lines[row] = line
                self.dataChanged.emit(self.index(row), self.index(row), [ROLE])

    def add(self, lines: list[dict[str, Any]]) -> None:
        """More of them, after the last; what stands above is not touched."""
        first = len(self._lines)
        self.beginInsertRows(NOWHERE, first, first + len(lines) - 1)
        self._lines += lines
        self.endInsertRows()

    def _row_of(self, wanted: str, first: int) -> int | None:
        rows = range(first, len(self._lines))
        return next((row for row in rows if self._lines[row]["id"] == wanted), None)
