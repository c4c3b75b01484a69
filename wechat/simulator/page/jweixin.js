// WeChat's JS-SDK, as far as a page with <wx-open-subscribe> needs it.
(() => {
  const base = new URL(document.currentScript.src).origin;
  const waiting = [];
  const failing = [];
  let signed = null;

  const ask = async (path, given) => {
    const answer = await fetch(`${base}/open/js/${path}`, {
      method: "POST",
      credentials: "include",
      body: JSON.stringify(given),
    });
    return (await answer.json()).ok;
  };

  window.wx = {
    async config(given) {
      signed = await ask("checks", { ...given, url: location.href.split("#")[0] });
      (signed ? waiting : failing).forEach((call) => call({ errMsg: "config:invalid signature" }));
    },
    ready: (call) => (signed ? call() : waiting.push(call)),
    error: (call) => (signed === false ? call({ errMsg: "config:invalid signature" }) : failing.push(call)),
  };

  class Subscribe extends HTMLElement {
    connectedCallback() {
      window.wx.ready(() => this.show());
    }

    show() {
      const template = this.querySelector('script[type="text/wxtag-template"]');
      this.attachShadow({ mode: "open" }).innerHTML = template.textContent;
      this.shadowRoot.addEventListener("click", () => this.open());
    }

    async open() {
      const templates = this.getAttribute("template").split(",");
      const accepts = window.confirm("演示 · 仿真微信：允许发送订阅通知吗？");
      await ask("consents", { templates, accepts });
      const status = JSON.stringify({ status: accepts ? "accept" : "reject", timestamp: Date.now() });
      const details = Object.fromEntries(templates.map((template) => [template, status]));
      const detail = { errMsg: "subscribe:ok", subscribeDetails: JSON.stringify(details) };
      this.dispatchEvent(new CustomEvent("success", { detail }));
    }
  }
  customElements.define("wx-open-subscribe", Subscribe);
})();
