// What ordertrace-agent's subcommands do. Each returns the program's exit code and writes errors to stderr.
#pragma once

#include <string>

#include "intake/udp_intake.h"

namespace ordertrace {

inline constexpr int exit_usage = 64;
inline constexpr int exit_unavailable = 69;
inline constexpr int exit_internal = 70;
inline constexpr int exit_config = 78;

int run_agent(const std::string& config_file, TimePoint process_start);
int check_config(const std::string& config_file);
int show_config(const std::string& config_file);
int journal_list(const std::string& directory);
int journal_cat(const std::string& directory);
int journal_verify(const std::string& directory);

}  // namespace ordertrace
