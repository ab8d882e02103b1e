// The talk with the host: JSON-RPC over postMessage (MCP Apps, 2026-01-26, "Communication Protocol").

const VERSION = "2026-01-26";

/** Greets the host and tells `ears` ({context, asked, result, cancelled}) what it says. */
function talk(ears) {
  const waiting = new Map();
  // The page cannot know its host's origin. Nothing it sends is anyone's secret: greetings and its own size.
  const send = (message) => window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const notify = (method, params = {}) => send({ method, params });
  const hearing = new Map([
    ["ui/notifications/tool-input", (params) => ears.asked(params.arguments ?? {})],
    ["ui/notifications/tool-result", (params) => ears.result(params)],
    ["ui/notifications/tool-cancelled", () => ears.cancelled()],
    ["ui/notifications/host-context-changed", (params) => ears.context(params)],
  ]);

  window.addEventListener("message", (event) => {
    const message = event.data;
    if (event.source !== window.parent || typeof message !== "object" || message?.jsonrpc !== "2.0") return;
    if (message.method === undefined) waiting.get(message.id)?.(message);
    else if (message.id === undefined) hearing.get(message.method)?.(message.params ?? {});
    else send({ id: message.id, ...answer(message.method) });
  });

  waiting.set(1, (reply) => {
    waiting.delete(1);
    if (reply.result === undefined) return;
    ears.context(reply.result.hostContext ?? {});
    notify("ui/notifications/initialized");
    watchSize((size) => notify("ui/notifications/size-changed", size));
  });
  send({
    id: 1,
    method: "ui/initialize",
    params: {
      protocolVersion: VERSION,
      appInfo: { name: "xylo-dashboard", title: "Xylo dashboard", version: "1" },
      appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
    },
  });
}

// There is nothing to save before the end, and nothing that a host could ask for.
function answer(method) {
  if (method === "ping" || method === "ui/resource-teardown") return { result: {} };
  return { error: { code: -32601, message: "This page has no such method." } };
}

function watchSize(tell) {
  let last = "";
  new ResizeObserver(() => {
    const size = { width: window.innerWidth, height: Math.ceil(document.documentElement.getBoundingClientRect().height) };
    if (JSON.stringify(size) === last) return;
    last = JSON.stringify(size);
    tell(size);
  }).observe(document.documentElement);
}
