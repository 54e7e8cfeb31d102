#include "rabbitmq_app.h"

#include <csignal>
#include <iostream>
#include <optional>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include "ops/logging.h"
#include "rabbitmq/rabbit_settings_reader.h"
#include "rabbitmq_metrics.h"

namespace ordertrace {
namespace {

constexpr int unavailable = 69;  // sysexits.h
constexpr int bad_config = 78;

HttpLimits admin_limits() {
    HttpLimits limits;
    limits.max_connections = 32;
    limits.max_body_bytes = 4096;  // nobody has to send anything
    return limits;
}

// The settings, or nothing after every problem was written to stderr.
std::optional<RabbitSettings> read_or_complain(const std::string& config_file) {
    auto settings = read_rabbit_settings(config_file, process_environment());
    if (settings) return std::move(*settings);
    for (const auto& problem : settings.error()) std::cerr << to_string(problem) << '\n';
    return std::nullopt;
}

// The last log line: what came in, and where all of it is.
std::string balance(const RabbitNumbers& numbers) {
    const auto text = [](const RabbitNumbers::Count& count) { return std::to_string(count.load()); };
    return "stopped: " + text(numbers.acknowledged) + " messages acknowledged, " + text(numbers.messages_pending) +
           " left in the queue; lines made " + text(numbers.lines_made) + " = taken " + text(numbers.lines_taken) +
           " + refused " + text(numbers.lines_refused) + " + given up " + text(numbers.lines_given_up) + " + pending " +
           text(numbers.lines_pending);
}

}  // namespace

RabbitApp::RabbitApp(RabbitSettings settings)
    : settings_{std::move(settings)},
      notifier_{Notifier::from_environment()},
      admin_{context_, admin_limits(), [this](const HttpRequest& request) { return answer(request); }},
      worker_{settings_,
              [this](LogSettings::Level level, std::string message) { say_later(level, std::move(message)); }} {}

Result<std::unique_ptr<RabbitApp>> RabbitApp::start(RabbitSettings settings) {
    std::unique_ptr<RabbitApp> app{new RabbitApp{std::move(settings)}};
    auto bound = app->settings_.admin;
    const auto port = app->admin_.listen({boost::asio::ip::make_address(bound.host), bound.port});
    if (!port) return fail("admin.listen: " + port.error().message);
    bound.port = *port;
    log_info("admin: http://" + to_string(bound) + ", " + std::to_string(app->settings_.edges.size()) + " edges");
    if (app->settings_.broker.ca_file.empty() && app->settings_.broker.host != "127.0.0.1" &&
        app->settings_.broker.host != "localhost" && app->settings_.broker.host != "::1")
        log_warning("broker: without tls.ca_file the password goes to " + app->settings_.broker.host + " unencrypted");
    return app;
}

void RabbitApp::run() {
    std::signal(SIGPIPE, SIG_IGN);
    boost::system::error_code ignored;
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) signals_.add(signal, ignored);
    on_signal(0);
    std::thread work{[this] {
        worker_.run();
        boost::asio::post(context_, [this] { admin_.stop(); });
    }};
    notifier_.ready("reading the queue " + settings_.broker.queue);
    context_.run();
    work.join();
    log_info(balance(worker_.numbers()));
}

HttpResponse RabbitApp::answer(const HttpRequest& request) const {
    namespace http = boost::beast::http;
    const std::string_view target{request.target().data(), request.target().size()};
    const auto path = target.substr(0, target.find('?'));
    if (path != "/healthz" && path != "/readyz" && path != "/metrics")
        return text_response(404, "not found; there are /healthz, /readyz and /metrics\n");
    if (request.method() != http::verb::get && request.method() != http::verb::head)
        return text_response(405, "method not allowed; use GET or HEAD\n");
    if (path == "/healthz") return text_response(200, "ok\n");
    if (path == "/metrics") {
        auto response = text_response(200, rabbitmq_metrics(worker_.numbers()));
        response.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
        return response;
    }
    if (stopping_) return text_response(503, "draining\n");
    return worker_.numbers().was_up ? text_response(200, "ready\n")
                                    : text_response(503, "no connection to the broker yet\n");
}

void RabbitApp::say_later(LogSettings::Level level, std::string message) {
    boost::asio::post(context_, [level, message = std::move(message)] { log_line(level, message); });
}

void RabbitApp::on_signal(int signal) {
    if (signal == SIGHUP) log_warning("SIGHUP: the file is read at the start only; restart the program");
    if (signal == SIGTERM || signal == SIGINT) {
        stopping_ = true;
        log_info("stopping");
        notifier_.stopping("stopping");
        return worker_.stop();
    }
    signals_.async_wait([this](const boost::system::error_code& error, int next) {
        if (!error) on_signal(next);
    });
}

int run_rabbitmq(const std::string& config_file) {
    auto settings = read_or_complain(config_file);
    if (!settings) return bad_config;
    start_logging(settings->log);
    auto app = RabbitApp::start(std::move(*settings));
    if (!app) {
        log_error(app.error().message);
        return unavailable;
    }
    (*app)->run();
    return 0;
}

int check_rabbitmq_config(const std::string& config_file) {
    if (!read_or_complain(config_file)) return bad_config;
    std::cout << config_file << ": fine\n";
    return 0;
}

int show_rabbitmq_config(const std::string& config_file) {
    const auto settings = read_or_complain(config_file);
    if (!settings) return bad_config;
    std::cout << show_config(*settings);
    return 0;
}

}  // namespace ordertrace
