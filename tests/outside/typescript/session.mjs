// Holds one conversation per partner with the official TypeScript client; reads who and what from
// standard input as JSON, and writes what was heard to standard output as JSON.

import { text } from "node:stream/consumers";

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const { partners, stdio, url, questions } = JSON.parse(await text(process.stdin));

// `mode` is "default" (say nothing about versions), "auto", or the one version to speak.
function clientFor(mode) {
  const versions = { default: {}, auto: { versionNegotiation: { mode: "auto" } } };
  const options = versions[mode] ?? { versionNegotiation: { mode: { pin: mode } } };
  return new Client({ name: "outside", version: "1" }, options);
}

function transportFor(transport) {
  return transport === "stdio" ? new StdioClientTransport(stdio) : new StreamableHTTPClientTransport(new URL(url));
}

function answer({ content, structuredContent, isError }) {
  return { failed: isError ?? false, text: content.map((part) => part.text), data: structuredContent };
}

async function refusal(asking) {
  try {
    await asking;
    return {};
  } catch (refused) {
    return { code: refused.code, message: refused.message };
  }
}

async function conversation(client) {
  const ask = async (name, asked) => answer(await client.callTool({ name, arguments: asked }));
  const { tools } = await client.listTools();
  const first = await ask("list_accounts", { limit: 10 });
  const answers = {};
  for (const [name, asked] of Object.entries(questions)) {
    answers[name] = await ask(name, asked);
  }
  const { completion } = await client.complete({
    ref: { type: "ref/resource", uri: "xylo://summary/{date_preset}" },
    argument: { name: "date_preset", value: "last_" },
  });
  return {
    protocol: client.getNegotiatedProtocolVersion(),
    server: client.getServerVersion(),
    instructions: client.getInstructions(),
    tools,
    answers,
    rest: await ask("list_accounts", { limit: 10, cursor: first.data.next_cursor }),
    mistake: await ask("get_insights", { date_preset: "last_week" }),
    resources: (await client.listResources()).resources,
    templates: (await client.listResourceTemplates()).resourceTemplates,
    summary: (await client.readResource({ uri: "xylo://summary/last_7d" })).contents.map((part) => part.text),
    completion: completion.values,
    no_tool: await refusal(client.callTool({ name: "delete_everything", arguments: {} })),
    no_resource: await refusal(client.readResource({ uri: "xylo://secrets" })),
  };
}

async function meet([name, { transport, mode }]) {
  const client = clientFor(mode);
  await client.connect(transportFor(transport));
  try {
    return [name, await conversation(client)];
  } finally {
    await client.close();
  }
}

const heard = Object.fromEntries(await Promise.all(Object.entries(partners).map(meet)));
process.stdout.write(JSON.stringify(heard));
