// ordertrace-rabbitmq: what a broker's tracing says of messages becomes lines for an agent.
#include <iostream>

#include <CLI/CLI.hpp>

#include "ops/health.h"
#include "rabbitmq_app.h"

int main(int argc, char** argv) {
    constexpr int wrong_usage = 64;
    CLI::App program{"Reads what a RabbitMQ broker traces and tells an agent which orders were handed over.",
                     "ordertrace-rabbitmq"};
    program.set_version_flag("--version", "ordertrace-rabbitmq " ORDERTRACE_VERSION);
    program.footer(
        "Exit codes: 0 fine, 1 unhealthy, 64 wrong usage, 69 unavailable, 70 internal, 78 bad configuration.");
    program.require_subcommand(0, 1);

    std::string config;
    const auto with_config = [&](CLI::App* command) { command->add_option("--config", config, "the YAML file"); };
    with_config(&program);
    auto* check = program.add_subcommand("check", "judge the settings, without connecting to anything");
    auto* show = program.add_subcommand("show-config", "print the settings in force");
    with_config(check);
    with_config(show);

    std::string url{"http://127.0.0.1:4752"};
    auto* health = program.add_subcommand("health", "ask a running adapter: exit 0 if it is healthy, else 1");
    health->add_option("--admin", url, "its admin URL")->capture_default_str();

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return program.exit(error);
        std::cerr << "ordertrace-rabbitmq: " << error.what() << "; see ordertrace-rabbitmq --help\n";
        return wrong_usage;
    }

    if (*health) {
        const auto report = ordertrace::check_health(url);
        (report.exit_code == 0 ? std::cout : std::cerr) << report.line << '\n';
        return report.exit_code;
    }
    if (config.empty()) {
        std::cerr << "ordertrace-rabbitmq: --config FILE is missing; see ordertrace-rabbitmq --help\n";
        return wrong_usage;
    }
    if (*check) return ordertrace::check_rabbitmq_config(config);
    if (*show) return ordertrace::show_rabbitmq_config(config);
    return ordertrace::run_rabbitmq(config);
}
