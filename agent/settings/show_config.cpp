#include "settings/show_config.h"

#include "settings/config_writer.h"
#include "settings/settings_tree.h"

namespace ordertrace {

std::string show_config(const AgentSettings& settings) { return to_yaml(settings_tree(settings)); }

}  // namespace ordertrace
