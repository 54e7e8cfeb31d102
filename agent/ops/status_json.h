// The agent's state as JSON, for `GET /status`. Pure; the delivery thread renders it on request.
// Text from outside is inert: valid UTF-8, control characters escaped. Bounds: those of the snapshot.
#pragma once

#include <string>

#include "ops/agent_snapshot.h"

namespace ordertrace {

// One object, LF at its end.
std::string status_json(const AgentSnapshot& agent);

}  // namespace ordertrace
