// ordertrace-agent: lines in, Jaeger Thrift batches out.
#include <CLI/CLI.hpp>
#include <iostream>

#include "agent_commands.h"
#include "ops/health.h"

int main(int argc, char** argv) {
    const auto started = ordertrace::wall_clock();
    CLI::App program{"Takes order steps as lines and forwards them as spans to a Jaeger collector.",
                     "ordertrace-agent"};
    program.set_version_flag("--version", "ordertrace-agent " ORDERTRACE_VERSION);
    program.footer(
        "Exit codes: 0 fine, 1 unhealthy, 64 wrong usage, 69 unavailable, 70 internal, 78 bad configuration.");
    program.require_subcommand(0, 1);

    std::string config;
    const auto with_config = [&](CLI::App* command) { command->add_option("--config", config, "the YAML file"); };
    with_config(&program);
    auto* check = program.add_subcommand("check", "judge the configuration, without binding or touching the disk");
    auto* show = program.add_subcommand("show-config", "print the configuration in force, secrets masked");
    with_config(check);
    with_config(show);

    std::string admin{ordertrace::default_admin_url};
    auto* health = program.add_subcommand("health", "ask a running agent: exit 0 if it is healthy, else 1");
    health->add_option("--admin", admin, "its admin URL")->capture_default_str();

    std::string directory;
    auto* journal = program.add_subcommand("journal", "look at the spans of a journal");
    journal->require_subcommand(1);
    auto* list = journal->add_subcommand("list", "segments and the positions of destinations");
    auto* cat = journal->add_subcommand("cat", "every span, one line each");
    auto* verify = journal->add_subcommand("verify", "check every record; exit 1 if one is damaged");
    for (auto* command : {list, cat, verify}) command->add_option("DIR", directory, "journal.directory")->required();

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return program.exit(error);
        std::cerr << "ordertrace-agent: " << error.what() << "; see ordertrace-agent --help\n";
        return ordertrace::exit_usage;
    }

    if (*health) {
        const auto report = ordertrace::check_health(admin);
        (report.exit_code == 0 ? std::cout : std::cerr) << report.line << '\n';
        return report.exit_code;
    }
    if (*list) return ordertrace::journal_list(directory);
    if (*cat) return ordertrace::journal_cat(directory);
    if (*verify) return ordertrace::journal_verify(directory);
    if (config.empty()) {
        std::cerr << "ordertrace-agent: --config FILE is missing; see ordertrace-agent --help\n";
        return ordertrace::exit_usage;
    }
    if (*check) return ordertrace::check_config(config);
    if (*show) return ordertrace::show_config(config);
    return ordertrace::run_agent(config, started);
}
