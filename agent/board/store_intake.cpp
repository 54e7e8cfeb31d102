#include "board/store_intake.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

namespace ordertrace {
namespace {

constexpr std::chrono::milliseconds tidy_every{1'000};
constexpr std::chrono::milliseconds tidy_again{5};  // there is more to remove: batches come in between

TimePoint wall_clock() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

StoreLimits limits_of(const SqliteSettings& settings) {
    StoreLimits limits;
    limits.keep = settings.keep;
    limits.bytes = settings.limit;
    return limits;
}

void store(std::atomic<std::uint64_t>& to, std::uint64_t value) { to.store(value, std::memory_order_relaxed); }

}  // namespace

Result<std::unique_ptr<StoreIntake>> StoreIntake::open(const SqliteSettings& settings,
                                                       std::chrono::milliseconds stop_timeout, FactReader reader,
                                                       Log log) {
    auto writer = SqliteWriter::open(settings.file, limits_of(settings));
    if (!writer) return tl::make_unexpected(writer.error());
    std::optional<ServerTls> tls;
    if (settings.tls.used()) {
        auto opened = ServerTls::open(settings.tls, log);
        if (!opened) return tl::make_unexpected(opened.error());
        tls = std::move(*opened);
    }
    HttpLimits limits;
    limits.stop_timeout = stop_timeout;
    std::unique_ptr<StoreIntake> intake{
        new StoreIntake{limits, std::move(reader), std::move(*writer), std::move(tls), std::move(log)}};
    const auto port =
        intake->server_.listen({boost::asio::ip::make_address(settings.intake.host), settings.intake.port});
    if (!port) return fail("store.sqlite.intake: " + port.error().message);
    auto bound = settings.intake;
    bound.port = *port;
    intake->url_ = (settings.tls.used() ? "https://" : "http://") + to_string(bound) + "/api/traces";
    return intake;
}

StoreIntake::StoreIntake(const HttpLimits& limits, FactReader reader, std::unique_ptr<SqliteWriter> writer,
                         std::optional<ServerTls> tls, Log log)
    : reader_{std::move(reader)},
      writer_{std::move(writer)},
      log_{std::move(log)},
      tls_{std::move(tls)},
      intake_{limits.max_body_bytes, [this](const ReceivedBatch& batch) { return take(batch); }},
      server_{context_, limits, [this](const HttpRequest& request) { return intake_.answer(request); },
              tls_ ? HttpServer::TlsSource{[this]() -> boost::asio::ssl::context& { return tls_->context(); }}
                   : HttpServer::TlsSource{}} {}

StoreIntake::~StoreIntake() { stop(); }

void StoreIntake::run() {
    tidy();
    thread_ = std::thread{[this] { context_.run(); }};
}

void StoreIntake::stop() {
    if (!thread_.joinable()) return;
    boost::asio::post(context_, [this] {
        server_.stop();
        tidy_timer_.cancel();
    });
    thread_.join();
}

Result<void> StoreIntake::take(const ReceivedBatch& batch) {
    auto written = writer_->write(reader_.read(batch), wall_clock());
    numbers_.batches.fetch_add(1, std::memory_order_relaxed);
    if (!written) numbers_.batches_failed.fetch_add(1, std::memory_order_relaxed);
    say(written);
    count();
    return written;
}

void StoreIntake::tidy() {
    const auto more = writer_->tidy(wall_clock());
    if (!more) say(tl::make_unexpected(more.error()));
    count();
    tidy_timer_.expires_after(more.value_or(false) ? tidy_again : tidy_every);
    tidy_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) tidy();
    });
}

// Each trouble once when it begins, and once when it is over.
void StoreIntake::say(const Result<void>& outcome) {
    const auto trouble = outcome ? std::string{} : outcome.error().message;
    if (trouble == trouble_) return;
    trouble_ = trouble;
    log_(trouble.empty() ? "store: written again" : "store: " + trouble);
}

void StoreIntake::count() {
    const auto& counters = writer_->counters();
    store(numbers_.facts, counters.facts_written);
    store(numbers_.duplicates, counters.facts_duplicate);
    store(numbers_.beats, counters.beats);
    store(numbers_.other_namespace, counters.other_namespace);
    store(numbers_.without_order, counters.without_order);
    store(numbers_.removed_by_age, counters.removed.by_age);
    store(numbers_.removed_by_limit, counters.removed.by_limit);
    store(numbers_.connections_refused, server_.counters().connections_refused);
    store(numbers_.requests_too_large, server_.counters().requests_too_large);
    store(numbers_.requests_timed_out, server_.counters().requests_timed_out);
    store(numbers_.handshakes_failed, server_.counters().handshakes_failed);
    if (const auto bytes = writer_->used_bytes()) store(numbers_.bytes, *bytes);
}

}  // namespace ordertrace
