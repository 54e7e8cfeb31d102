#include "export/destination.h"

#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ordertrace {
namespace {

namespace asio = boost::asio;
using Clock = Destination::Clock;
using Level = LogSettings::Level;

// Waiting for more than this share of a full window gains nothing but memory: a request costs as much as a few spans.
constexpr std::size_t useful_share = 4;
constexpr std::size_t large_window_bytes = 512 * 1024;

TimePoint steady(Clock::time_point time) {
    return TimePoint{std::chrono::duration_cast<Duration>(time.time_since_epoch())};
}

DeliverySettings delivery_of(const DestinationSettings& settings) {
    DeliverySettings delivery;
    delivery.urls.clear();
    for (const auto& url : settings.urls) delivery.urls.push_back(url.text);
    delivery.retry_first = settings.retry_first;
    delivery.retry_max = settings.retry_max;
    delivery.compress = settings.compression == DestinationSettings::Compression::gzip;
    return delivery;
}

std::unique_ptr<CollectorClient> client_of(const asio::any_io_executor& executor, const DestinationSettings& settings) {
    return std::make_unique<CollectorClient>(executor, settings.timeout, settings.tls, settings.auth);
}

}  // namespace

Destination::Destination(const asio::any_io_executor& executor, DestinationSettings settings,
                         std::unique_ptr<SpanSource> source, Doorbell& doorbell, const std::string& probe, Log log,
                         std::function<double()> random)
    : executor_{executor},
      settings_{std::move(settings)},
      source_{std::move(source)},
      doorbell_{doorbell},
      probe_{probe},
      log_{std::move(log)},
      fsm_{delivery_of(settings_), DeliveryLog{settings_.name, log_}, std::move(random)},
      client_{client_of(executor, settings_)},
      timer_{executor},
      stop_timer_{executor} {
    numbers_.name = settings_.name;
}

asio::awaitable<void> Destination::run() {
    for (;;) {
        const bool more = co_await next_window();
        if (!more) break;
        co_await deliver();
        if (given_up()) break;
    }
    stop_timer_.cancel();
    client_->disconnect();
}

asio::awaitable<bool> Destination::next_window() {
    auto first = read_at_;  // nothing older than the window before can be waiting
    bool heard = false;
    while (!given_up()) {
        apply_settings();
        const WindowLimits limits{.max_spans = settings_.max_spans,
                                  .max_bytes = static_cast<std::size_t>(settings_.max_bytes)};
        if (heard || source_->backlog() > 0) {
            co_await gather(first);
            const bool found = source_->read(limits, window_);
            cut_short_ = found && source_->backlog() > window_.spans.size();
            if (found) co_return true;
        }
        if (stopping_) co_return false;
        doorbell_.arm();
        heard = source_->read(limits, window_);
        if (!heard) {
            give_memory_back();
            asleep_ = true;
            co_await sleep_until(Clock::time_point::max());
            asleep_ = false;
        }
        first = Clock::now();
    }
    co_return false;
}

// Lets a window grow for max_wait from its first span, less when a useful size comes together earlier or when the one
// before could not take all there was; a request in flight counts as waiting.
asio::awaitable<void> Destination::gather(Clock::time_point first) {
    const auto wait = std::min<Clock::duration>(settings_.max_wait, gather_time_);
    const bool enough = cut_short_ || source_->backlog() >= settings_.max_spans;
    if (!stopping_ && !enough) co_await sleep_until(first + wait);
}

asio::awaitable<void> Destination::deliver() {
    const auto now = Clock::now();
    const auto useful = static_cast<Clock::rep>(std::max<std::size_t>(settings_.max_spans / useful_share, 1));
    gather_time_ = std::min<Clock::duration>(now - read_at_, std::chrono::minutes{1}) * useful /
                   static_cast<Clock::rep>(window_.spans.size());
    read_at_ = now;
    builder_.split(window_, settings_.max_bytes);
    fsm_.begin(builder_.ranges());
    while (!given_up()) {
        apply_settings();
        const auto action = fsm_.next(steady(Clock::now()));
        if (std::holds_alternative<DeliveryFsm::Finished>(action)) {
            source_->commit(window_, fsm_.set_aside());
            co_return;
        }
        if (const auto* wait = std::get_if<DeliveryFsm::Wait>(&action)) {
            co_await sleep_until(Clock::now() + wait->time);
            fsm_.waited();
        } else if (const auto* condemned = std::get_if<DeliveryFsm::CondemnedSpan>(&action)) {
            set_aside(*condemned);
        } else if (const auto* probe = std::get_if<DeliveryFsm::Probe>(&action)) {
            const auto outcome = co_await send(settings_.urls[probe->url], RequestBody{probe_}, false);
            fsm_.answered(outcome, steady(Clock::now()));
        } else {
            const auto outcome = co_await post(std::get<DeliveryFsm::Post>(action));
            fsm_.answered(outcome, steady(Clock::now()));
        }
    }
}

asio::awaitable<Outcome> Destination::post(DeliveryFsm::Post post) {
    auto body = builder_.body(post.range);
    large_ = large_ || body.size() > large_window_bytes;
    if (post.compress) body = RequestBody{gzip_.compress(body)};
    auto outcome = co_await send(settings_.urls[post.url], body, post.compress);
    co_return outcome;
}

asio::awaitable<Outcome> Destination::send(const Url& url, RequestBody body, bool gzip) {
    const auto begun = Clock::now();
    auto outcome = co_await client_->post(url, body, gzip);
    if (outcome.kind == Outcome::Kind::aborted) co_return outcome;
    numbers_.count(label_of(outcome), std::chrono::duration<double>(Clock::now() - begun).count());
    numbers_.up = answer_of(outcome) == Answer::accepted;
    co_return outcome;
}

asio::awaitable<void> Destination::sleep_until(Clock::time_point time) {
    boost::system::error_code woken;
    timer_.expires_at(time);
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

void Destination::set_aside(const DeliveryFsm::CondemnedSpan& condemned) {
    const auto& span = builder_.span(condemned.place);
    auto body = builder_.body({condemned.place, 1});
    std::string batch(body.size(), '\0');
    body.read(batch.data(), batch.size());
    const bool kept = source_->set_aside(span, batch);
    const auto file = "rejected/" + settings_.name + "-" + std::to_string(span.number) + ".thrift";
    log_(Level::error, "destination " + settings_.name + ": one span is refused and set aside" +
                           (kept ? " as " + file : ", but the disk did not take " + file) + ": " + condemned.why);
    fsm_.set_aside_done();
}

void Destination::apply_settings() {
    if (!next_settings_) return;
    settings_ = std::move(*next_settings_);
    next_settings_.reset();
    client_ = client_of(executor_, settings_);
    if (aborted_) client_->abort();
    fsm_.reconfigure(delivery_of(settings_));
}

void Destination::give_memory_back() {
    if (!large_) return;
    large_ = false;
    window_ = Window{};
    builder_ = BatchBuilder{};
    gzip_.release();
}

void Destination::ring() {
    if (asleep_) timer_.cancel();
}

void Destination::reconfigure(DestinationSettings settings) {
    if (!next_settings_ && settings == settings_) return;
    next_settings_ = std::move(settings);
    timer_.cancel();
}

void Destination::stop_by(Clock::time_point deadline) {
    stopping_ = true;
    timer_.cancel();
    stop_timer_.expires_at(deadline);
    stop_timer_.async_wait([this](const boost::system::error_code& ended) {
        if (ended) return;
        aborted_ = true;
        client_->abort();
        timer_.cancel();
    });
    if (!fsm_.down()) return;
    aborted_ = true;
    client_->abort();
}

DestinationNumbers Destination::numbers() const {
    auto numbers = numbers_;
    numbers.certificate_expiry = client_->certificate_expiry();
    if (!numbers.up.value_or(false)) numbers.last_error = fsm_.last_error();
    return numbers;
}

}  // namespace ordertrace
