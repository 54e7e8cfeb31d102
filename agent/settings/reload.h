// What a new settings file changes in a running agent. Pure. Called by the app on SIGHUP, any one thread.
// Fixed until the next start: system, namespace, listen, journal, admin.listen, log.format, and which destinations
// there are. Everything else is put in force at once.
#pragma once

#include <string>
#include <vector>

#include "settings/agent_settings.h"

namespace ordertrace {

struct Reload {
    AgentSettings in_force;                  // `wanted`, with what is fixed as it is running
    std::vector<std::string> applied;        // key: old -> new
    std::vector<std::string> needs_restart;  // the same, for what stays as it is
};

Reload plan_reload(const AgentSettings& running, const AgentSettings& wanted);

}  // namespace ordertrace
