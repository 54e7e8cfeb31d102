// What ordertrace-board's subcommands do. Each returns the program's exit code and writes errors to stderr.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "settings/board_reader.h"

namespace ordertrace {

inline constexpr int exit_usage = 64;
inline constexpr std::string_view default_board_url = "http://127.0.0.1:4750";

// Both files, or nothing after every problem of them was written to stderr; the exit code is 78 then.
std::optional<BoardFiles> read_board_or_complain(const std::string& config_file);

int run_board(const std::string& config_file);
int check_board_config(const std::string& config_file);
int show_board_config(const std::string& config_file);

}  // namespace ordertrace
