// The platform's button; what it was answered goes to us as a form.
(() => {
  const page = document.getElementById("sdk").dataset;
  const form = document.forms[0];
  const tag = document.querySelector("wx-open-subscribe");
  const trouble = () => {
    document.getElementById("trouble").hidden = false;
  };
  if (!window.wx) {
    trouble();
    return;
  }
  window.wx.error(trouble);
  window.wx.config({
    debug: false,
    appId: page.appid,
    timestamp: Number(page.timestamp),
    nonceStr: page.nonce,
    signature: page.signature,
    jsApiList: [],
    openTagList: ["wx-open-subscribe"],
  });
  tag.addEventListener("error", trouble);
  tag.addEventListener("success", (event) => {
    const details = JSON.parse(event.detail.subscribeDetails || "{}");
    const accepted = Object.keys(details).filter((id) => JSON.parse(details[id]).status === "accept");
    form.elements.accepted.value = accepted.join(",");
    form.submit();
  });
})();
