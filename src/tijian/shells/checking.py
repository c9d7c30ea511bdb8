"""The ledger of an installation and what lies beside it, examined together."""

from __future__ import annotations

from pathlib import Path

from tijian.office.ledger import queries, verify
from tijian.shells.settings.installation import FILE, read_installation


def verify_installation(folder: Path) -> verify.Report:
    """Examine the ledger of the installation in use, and the copy of its business date in the folder."""
    report = verify.verify()
    _check_date(folder, report)
    return report


def _check_date(folder: Path, report: verify.Report) -> None:
    """Hold the copy of the simulated date, which people read and may edit, against the ledger."""
    copy, day = read_installation(folder).today, queries.simulated_day()
    if copy != day:
        shown, decided = ("实际日期" if d is None else d.isoformat() for d in (copy, day))
        message = f"{FILE} 写的业务日期是 {shown}，台账里是 {decided}：以台账为准；下一次 tijian serve 会把它改回来。"
        report.find("today.differs", "", f"{FILE}:today", None, message)
