// ordertrace-board: the order register. Where is order X, what is stuck, and whose turn is it.
#include <iostream>

#include <CLI/CLI.hpp>

#include "board_commands.h"
#include "board_migrate.h"
#include "ops/health.h"

int main(int argc, char** argv) {
    CLI::App program{"Knows how orders should travel, and says where each one is and whose turn it is.",
                     "ordertrace-board"};
    program.set_version_flag("--version", "ordertrace-board " ORDERTRACE_VERSION);
    program.footer(
        "Exit codes: 0 fine, 1 unhealthy, 64 wrong usage, 69 unavailable, 70 internal, 78 bad configuration.");
    program.require_subcommand(0, 1);

    std::string config;
    const auto with_config = [&](CLI::App* command) { command->add_option("--config", config, "the YAML file"); };
    with_config(&program);
    auto* check = program.add_subcommand("check", "judge the settings and the lifecycle, without binding or storing");
    auto* show = program.add_subcommand("show-config", "print the settings in force");
    with_config(check);
    with_config(show);

    bool remove = false;
    auto* migrate =
        program.add_subcommand("migrate", "make the register's tables in ClickHouse, or bring them up to date");
    with_config(migrate);
    migrate->add_flag("--remove", remove, "take them away again; Jaeger's own are not touched");

    std::string url{ordertrace::default_board_url};
    auto* health = program.add_subcommand("health", "ask a running board: exit 0 if it is healthy, else 1");
    health->add_option("--admin,--board", url, "its URL")->capture_default_str();

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return program.exit(error);
        std::cerr << "ordertrace-board: " << error.what() << "; see ordertrace-board --help\n";
        return ordertrace::exit_usage;
    }

    if (*health) {
        const auto report = ordertrace::check_health(url);
        (report.exit_code == 0 ? std::cout : std::cerr) << report.line << '\n';
        return report.exit_code;
    }
    if (config.empty()) {
        std::cerr << "ordertrace-board: --config FILE is missing; see ordertrace-board --help\n";
        return ordertrace::exit_usage;
    }
    if (*check) return ordertrace::check_board_config(config);
    if (*show) return ordertrace::show_board_config(config);
    if (*migrate) return ordertrace::migrate_board(config, remove);
    return ordertrace::run_board(config);
}
