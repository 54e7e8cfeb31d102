#include "board_commands.h"

#include <iostream>

#include "settings/board_settings_tree.h"

namespace ordertrace {
namespace {

constexpr int fine = 0;
constexpr int bad_config = 78;  // sysexits.h

}  // namespace

std::optional<BoardFiles> read_board_or_complain(const std::string& config_file) {
    auto files = read_board_files(config_file, process_environment());
    if (files) return std::move(*files);
    for (const auto& problem : files.error()) std::cerr << to_string(problem) << '\n';
    return std::nullopt;
}

int check_board_config(const std::string& config_file) {
    const auto files = read_board_or_complain(config_file);
    if (!files) return bad_config;
    std::cout << config_file << ": fine\n" << files->settings.lifecycle << ": fine\n";
    return fine;
}

int show_board_config(const std::string& config_file) {
    const auto files = read_board_or_complain(config_file);
    if (!files) return bad_config;
    std::cout << show_config(files->settings);
    return fine;
}

}  // namespace ordertrace
