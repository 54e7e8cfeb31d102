#include "app.h"

#include <csignal>
#include <numeric>

#include <boost/asio/post.hpp>

#include "ops/balance_text.h"
#include "ops/logging.h"
#include "settings/agent_reader.h"
#include "settings/reload.h"

namespace ordertrace {
namespace {

// What the doors may take of the time left, so that some is left to deliver.
constexpr std::chrono::milliseconds patience_with_doors{1'500};

}  // namespace

void App::run() {
    std::signal(SIGPIPE, SIG_IGN);  // a collector that hangs up is an error of that write, no more
    boost::system::error_code ignored;
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) signals_.add(signal, ignored);
    on_signal(0);
    exporter_->start();
    doors_->start();
    keep_journal();
    feed_watchdog();
    intake_thread_ = std::thread{[this] { read_and_intake(); }};
    context_.run();
    if (intake_thread_.joinable()) {
        intake_->stop();  // a second signal ended delivery first
        intake_thread_.join();
    }
    log_info("stopped; " + balance_line(balance_of(*journal_->shared())));
}

// The intake thread, from the journal's replay to its seal.
void App::read_and_intake() {
    pipeline_->restore();
    boost::asio::post(context_, [this] {
        ready_ = true;
        log_info(ready_line());
        notifier_.ready("taking events");
    });
    intake_->run(*pipeline_);
    pipeline_->finish(wall_clock());
    journal_->seal();
    boost::asio::post(context_, [this] {
        doors_->intake_ended();
        exporter_->stop_by(stop_by_, [this] { delivery_stopped(); });
    });
}

std::string App::ready_line() const {
    std::string line = "ready: system " + settings_.system;
    for (std::size_t i = 0; i < listening_.size(); ++i) line += (i == 0 ? ", udp " : ", ") + to_string(listening_[i]);
    for (const auto& name : doors_->names()) line += ", " + name;
    return line + ", admin " + to_string(admin_->bound()) + ", journal " + settings_.journal.directory;
}

void App::on_signal(int signal) {
    if (signal == SIGHUP) reload();
    if (signal == SIGTERM || signal == SIGINT) begin_stop();
    signals_.async_wait([this](const boost::system::error_code& error, int next) {
        if (!error) on_signal(next);
    });
}

void App::begin_stop() {
    if (draining_) {
        log_warning("second signal: stopping at once; what is not delivered stays in the journal");
        context_.stop();
        return;
    }
    draining_ = true;
    log_info("stopping: reading what the kernel holds, then delivering for at most " +
             std::to_string(std::chrono::ceil<std::chrono::seconds>(settings_.shutdown_deadline).count()) + " s");
    notifier_.stopping("draining");
    stop_by_ = Exporter::Clock::now() + settings_.shutdown_deadline;
    const auto for_doors = std::min<Duration>(settings_.shutdown_deadline, patience_with_doors);
    doors_->close(std::chrono::ceil<std::chrono::milliseconds>(for_doors), [this] { intake_->stop(); });
}

void App::delivery_stopped() {
    admin_->stop();
    boost::system::error_code ignored;
    signals_.cancel(ignored);
    keeper_timer_.cancel();
    watchdog_.cancel();
}

void App::keep_journal() {
    keeper_->tidy(wall_clock());
    wake_idle_intake();
    const auto gauges = gauges_of(*journal_->shared());
    say_disk_trouble(gauges);
    // Near the limit intake must not outrun the making of room.
    const bool filling = gauges.in_memory || gauges.bytes > gauges.limit_bytes / 2;
    keeper_timer_.expires_after(filling ? std::chrono::milliseconds{50} : std::chrono::milliseconds{1000});
    keeper_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) keep_journal();
    });
}

// Each trouble with the disk once when it begins, and once when it is over.
void App::say_disk_trouble(const JournalGauges& gauges) {
    if (gauges.last_error == disk_trouble_) return;
    if (gauges.last_error.empty())
        log_info("journal: the disk is fine again");
    else
        log_warning("journal: " + gauges.last_error);
    disk_trouble_ = gauges.last_error;
}

// Without traffic intake sleeps: it must hear of a loss, which its beats tell, and of what the journal wants.
void App::wake_idle_intake() {
    std::uint64_t dropped = 0;
    for (const auto& destination : balance_of(*journal_->shared()).destinations)
        dropped = std::accumulate(destination.dropped.begin(), destination.dropped.end(), dropped);
    if (dropped != dropped_seen_ || wants_tick(*journal_->shared())) intake_->wake();
    dropped_seen_ = dropped;
}

// The manager hears of the watchdog only while both threads turn: this one asks the other to tick, and looks whether
// it did since the last time.
void App::feed_watchdog() {
    if (!notifier_.watchdog_every()) return;
    const auto ticks = pipeline_->ticks();
    if (!ready_ || ticks != watchdog_ticks_) notifier_.watchdog();
    watchdog_ticks_ = ticks;
    intake_->wake();
    watchdog_.expires_after(*notifier_.watchdog_every());
    watchdog_.async_wait([this](const boost::system::error_code& error) {
        if (!error) feed_watchdog();
    });
}

void App::reload() {
    if (draining_) return;
    if (ready_) notifier_.reloading();
    last_reload_ = wall_clock();
    const auto wanted = read_agent_settings(config_file_, process_environment());
    last_reload_successful_ = wanted.has_value();
    if (!wanted) {
        for (const auto& problem : wanted.error()) log_error(to_string(problem));
        log_error("reload: " + config_file_ + " is not valid; the settings in force stay");
    } else {
        auto plan = plan_reload(settings_, *wanted);
        for (const auto& change : plan.applied) log_info("reload: " + change);
        for (const auto& change : plan.needs_restart) log_warning("reload: needs a restart: " + change);
        if (plan.applied.empty() && plan.needs_restart.empty()) log_info("reload: nothing changed");
        settings_ = std::move(plan.in_force);
        set_log_level(settings_.log.level);
        exporter_->reconfigure(settings_.destinations);
        pipeline_->reconfigure(settings_);
        intake_->wake();
    }
    if (ready_) notifier_.ready("taking events");
}

}  // namespace ordertrace
