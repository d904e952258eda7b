"""Another master key in the place of the one there is."""

from pathlib import Path

from bot.crypto import MasterKey
from bot.domain.errors import RefuseToStart
from bot.settings import Settings
from bot.storage.database import exists, lock_data_dir
from bot.storage.rekeying import Progress, refuse_company, rewrap


async def rotate_key(settings: Settings, old: Path | None, progress: Progress) -> int:
    """A new key that alone opens the database from now on; how many data keys it has sealed.

    ``old``: where the key that there was is kept, for backups that were made with it; None: nowhere.  Cut off at any moment it leaves a
    key file that opens everything, and is begun again.  Raises RefuseToStart: something runs, or a file is in the way.
    """
    before = MasterKey.load(settings.key_file)
    with lock_data_dir(settings.data_dir):
        if not await exists(settings.database):
            raise RefuseToStart("DL_DATABASE_URL: there is no database yet: run `python -m bot migrate`")
        await refuse_company(settings.database)
        if old is not None:
            _keep(before, old)
        both = before.rotated()
        both.replace(settings.key_file)
        number = await rewrap(settings.database, both, progress)
        both.newest().replace(settings.key_file)
    return number


def _keep(key: MasterKey, place: Path) -> None:
    try:
        key.write(place)
    except OSError as error:
        raise RefuseToStart(f"keys rotate: the old key cannot be kept there: {type(error).__name__}") from None
