// The composition root of ordertrace-rabbitmq: its settings, its worker and its admin port. Owned by main.
// Two threads: the worker talks to broker and agent; the main thread answers the admin port, logs and takes signals.
// They share relaxed counters.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "http/http_server.h"
#include "ops/notify.h"
#include "rabbitmq/rabbit_settings.h"
#include "rabbitmq/rabbit_worker.h"

namespace ordertrace {

class RabbitApp {
public:
    // Binds the admin port; nothing runs yet.
    static Result<std::unique_ptr<RabbitApp>> start(RabbitSettings settings);

    // Until a signal ends it.
    void run();

private:
    explicit RabbitApp(RabbitSettings settings);
    HttpResponse answer(const HttpRequest& request) const;
    void say_later(LogSettings::Level level, std::string message);
    void on_signal(int signal);

    RabbitSettings settings_;
    Notifier notifier_;
    boost::asio::io_context context_{1};
    boost::asio::signal_set signals_{context_};
    HttpServer admin_;
    RabbitWorker worker_;
    bool stopping_ = false;
};

// The commands of the program. Each returns its exit code and writes errors to stderr.
int run_rabbitmq(const std::string& config_file);
int check_rabbitmq_config(const std::string& config_file);
int show_rabbitmq_config(const std::string& config_file);

}  // namespace ordertrace
