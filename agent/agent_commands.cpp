#include "agent_commands.h"

#include <malloc.h>

#include <iostream>
#include <optional>

#include "app.h"
#include "ops/logging.h"
#include "settings/agent_reader.h"
#include "settings/show_config.h"

namespace ordertrace {
namespace {

// The settings, or nothing after every problem was written to stderr.
std::optional<AgentSettings> read_or_complain(const std::string& config_file) {
    auto settings = read_agent_settings(config_file, process_environment());
    if (settings) return std::move(*settings);
    for (const auto& problem : settings.error()) std::cerr << to_string(problem) << '\n';
    return std::nullopt;
}

}  // namespace

int run_agent(const std::string& config_file, TimePoint process_start) {
    auto settings = read_or_complain(config_file);
    if (!settings) return exit_config;
    // glibc raises this threshold by itself once a large block was freed, and then keeps the buffers of large windows.
    ::mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    start_logging(settings->log);
    auto app = App::start(std::move(*settings), config_file, process_start);
    if (!app) {
        log_error(app.error().message);
        return exit_unavailable;
    }
    (*app)->run();
    return 0;
}

int check_config(const std::string& config_file) {
    if (!read_or_complain(config_file)) return exit_config;
    std::cout << config_file << ": fine\n";
    return 0;
}

int show_config(const std::string& config_file) {
    const auto settings = read_or_complain(config_file);
    if (!settings) return exit_config;
    std::cout << show_config(*settings);
    return 0;
}

}  // namespace ordertrace
