"""Temporary media, which live for three days."""

from dataclasses import dataclass
from typing import Literal

from wechat.calls.callers import Caller
from wechat.transport import Request, Upload

Kind = Literal["image", "voice", "video", "thumb"]


@dataclass(frozen=True, slots=True)
class UploadedMedia:
    media_id: str
    created: int  # Unix seconds


@dataclass(frozen=True, slots=True)
class MediaFile:
    """Of a video there is only the `url` to fetch it from."""

    content: bytes
    content_type: str
    url: str = ""


class Media(Caller):
    async def upload_media(
        self, kind: Kind, content: bytes, filename: str, content_type: str
    ) -> UploadedMedia:
        """The platform goes by the name's ending. Images under 2 MB, voice 2 MB, video 10 MB, thumb 64 KB."""
        upload = Upload(filename, content, content_type)
        answer = await self._call(Request("/cgi-bin/media/upload", {"type": kind}, upload=upload))
        media_id = answer.text("thumb_media_id" if kind == "thumb" else "media_id")
        return UploadedMedia(media_id, answer.integer("created_at"))

    async def upload_picture(self, content: bytes, filename: str, content_type: str) -> str:
        """JPEG or PNG under 1 MB, kept for good; its address, which only WeChat itself shows."""
        upload = Upload(filename, content, content_type)
        return (await self._call(Request("/cgi-bin/media/uploadimg", upload=upload))).text("url")

    async def download_media(self, media_id: str, most: int = 10 << 20) -> MediaFile:
        """Fault.MEDIA when it has expired, Fault.CONTENT for more than so many bytes."""
        request = Request("/cgi-bin/media/get", {"media_id": media_id}, file=True, most=most)
        answer = await self._call(request)
        if answer.fields:
            return MediaFile(b"", "", answer.text("video_url"))
        return MediaFile(answer.content, answer.content_type)
