// The board's settings as a tree in the layout of config/board.yaml, and as the YAML that `show-config` prints, which
// reads back to equal settings. Pure. Any thread.
// Holds paths of secret files, never what is in them.
#pragma once

#include <string>

#include "settings/board_settings.h"
#include "settings/config_writer.h"

namespace ordertrace {

ConfigNode settings_tree(const BoardSettings& settings);
std::string show_config(const BoardSettings& settings);

}  // namespace ordertrace
