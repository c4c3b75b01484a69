"""A photo that came to nothing is sent again; any other photo out of turn gets a kind word."""

from dialogue import Capability, Context, Notice, Text
from dialogue.photos import PhotoLost, Why, send_again

capability = Capability("photos", title="照片")

_WHY = {
    Why.GONE: "您刚才发的照片没取到，可能放得太久了",
    Why.LARGE: "您刚才发的照片太大了，存不下",
    Why.NO_PICTURE: "您刚才发的那一张打不开，不像照片",
}
_HOW = {
    Why.GONE: "麻烦在这里再发一次",
    Why.LARGE: "麻烦再发一次，发的时候不要勾“原图”",
    Why.NO_PICTURE: "麻烦用“照片”或“拍摄”再发一次",
}


@capability.receives("image")
async def look(ctx: Context) -> Text:
    if await send_again(ctx):
        return Text("收到了，换上这一张。谢谢您！")
    return Text("图片收到了，可惜我还看不懂图。麻烦您打几个字，说说是什么事。想找工作人员，回复“人工”。")


@capability.tells(PhotoLost)
def lost(fact: PhotoLost) -> Notice:
    return Notice(f"{_WHY[fact.why]}。{_HOW[fact.why]}，我接着给您办；发不了的话，回复“人工”。", at_once=True)
