-- POSTs a small tools/call over and over. wrk -s calls.lua URL -- TOKEN SESSION
function init(arguments)
  local headers = {
    ["Content-Type"] = "application/json",
    ["Accept"] = "application/json, text/event-stream",
    ["MCP-Protocol-Version"] = "2025-06-18",
    ["Authorization"] = "Bearer " .. arguments[1],
  }
  if arguments[2] ~= "" then
    headers["Mcp-Session-Id"] = arguments[2]
  end
  message = wrk.format("POST", nil, headers,
    '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"text":"It is what it is."}}}')
end

function request()
  return message
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests": %d, "micros": %d, "p50": %.3f, "p99": %.3f, "worst": %.3f, "refused": %d, "failed": %d}\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency.max / 1000, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
