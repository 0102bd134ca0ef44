"""What waits to reach the hall's store, since when and why, in words for staff."""

from datetime import datetime, timedelta

from db.sync import SyncState
from kiosk.words import say

#: What is younger than this is on its way, and nobody need be told.
PATIENCE = timedelta(minutes=1)
#: Why a pass failed, by the name of its trouble; that nobody answers the desk says already.
WHY = {
    "StoreTrouble": "",
    "": "",
    "DoorShut": "大厅的门不认这台机器，请管理员重新发放口令",
    "WrongDoor": "对面不是本厅的门，请管理员核对地址和证书",
    "StoreFull": "磁盘满了，请管理员腾出地方",
    "StoreDamaged": "有记录坏了，请管理员来看",
    "RecordDamaged": "有记录坏了，请管理员来看",
    "Forked": "这台机器的记录有两个版本，请管理员来看",
}
OTHERWISE = "共享库没有收，请管理员来看"


def lines(state: SyncState, language: str, now: datetime) -> list[str]:
    """One sentence each; none where all is well."""
    told = []
    late = state.oldest is not None and now.astimezone() - state.oldest > PATIENCE
    if state.oldest is not None and (state.failing_since or late):
        oldest = f"{state.oldest.astimezone():%m-%d %H:%M}"
        told.append(say("%1 条等着传走，最早的是 %2 的", language, str(state.waiting), oldest))
    why = WHY.get(state.trouble, OTHERWISE)
    if state.failing_since and why:
        told.append(say(why, language))
    rotted = sum(aside.rotted and not aside.seen for aside in state.asides)
    if rotted:
        told.append(say("%1 条记录坏了，已另存，请管理员来看", language, str(rotted)))
    unseen = sum(not aside.seen for aside in state.asides) - rotted
    if unseen:
        told.append(say("%1 条没能收下，已另存，请管理员来看", language, str(unseen)))
    return told
