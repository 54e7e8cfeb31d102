// The agent's settings as a tree in the layout of config/agent.yaml: the one place that knows how each is written.
// show-config prints it, a reload compares two of them. Pure. Any thread.
// Holds paths of credential files, never what is in them.
#pragma once

#include "settings/agent_settings.h"
#include "settings/config_writer.h"

namespace ordertrace {

ConfigNode settings_tree(const AgentSettings& settings);

}  // namespace ordertrace
