// ordertrace-board: flags, then the collector, then the exit code.
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>

#include "board/collect.h"

namespace {

using namespace ordertrace;

// sysexits.h, as all programs of the project.
constexpr int wrong_usage = 64;
constexpr int unavailable = 69;
constexpr int internal_error = 70;

int complain(int code, const std::string& what) {
    std::cerr << "ordertrace-board: " << what << '\n';
    return code;
}

int collect(const CollectSettings& settings) {
    if (auto endpoint = parse_loopback(settings.listen); !endpoint)
        return complain(wrong_usage, endpoint.error().message);
    boost::asio::io_context context{1};
    Collector collector{context, settings};
    const auto address = collector.listen();
    if (!address) return complain(unavailable, address.error().message);
    boost::asio::signal_set signals{context, SIGTERM, SIGINT};
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (!error) collector.stop();
    });
    std::cout << "listening on " << *address << std::endl;
    context.run();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app{"The order register of ordertrace: takes the spans of the agents and shows where each order is."};
    app.name("ordertrace-board");
    app.set_version_flag("--version", "ordertrace-board " ORDERTRACE_VERSION);
    app.require_subcommand(1);
    CollectSettings settings;
    auto* command = app.add_subcommand("collect", "take spans like a Jaeger collector and show them as text tables");
    command->add_option("--listen", settings.listen, "loopback address and port, 0 for a free one")
        ->capture_default_str();
    command->add_option("--keep-orders", settings.keep.max_orders, "orders in memory; the oldest is forgotten")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
        ->capture_default_str();
    command->add_option("--keep-spans", settings.keep.max_spans, "spans in memory, of all orders")
        ->check(CLI::Range(std::size_t{1}, std::size_t{10'000'000}))
        ->capture_default_str();
    try {
        app.parse(argc, argv);
        return collect(settings);
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);
    } catch (const CLI::ParseError& wrong) {
        return complain(wrong_usage, std::string{wrong.what()} + "; see ordertrace-board --help");
    } catch (const std::exception& broken) {
        return complain(internal_error, broken.what());
    }
}
