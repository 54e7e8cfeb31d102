// `show-config`: the settings in force as YAML that reads back to equal settings. Pure. Any thread.
// Nothing in it is secret: credentials live in files, of which only the path is a setting, and a URL with a user
// or a query is refused when it is read.
#pragma once

#include <string>

#include "settings/agent_settings.h"

namespace ordertrace {

std::string show_config(const AgentSettings& settings);

}  // namespace ordertrace
