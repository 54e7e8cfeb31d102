#include "board_app.h"

#include <array>
#include <csignal>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include "ops/logging.h"
#include "store/clickhouse_store.h"
#include "store/sqlite_store.h"

namespace ordertrace {
namespace {

constexpr std::array our_signals{SIGTERM, SIGINT, SIGHUP};

void let_signals_wait(int how) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : our_signals) sigaddset(&set, signal);
    pthread_sigmask(how, &set, nullptr);
}

TimePoint wall_clock() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

// How long requests under way have when the board stops; without a limit of that kind they have their own time-outs.
std::chrono::milliseconds stop_timeout_of(const BoardSettings& settings) {
    if (settings.shutdown_deadline == Duration::zero()) return std::chrono::hours{1};
    return std::chrono::ceil<std::chrono::milliseconds>(settings.shutdown_deadline);
}

WatchRules rules_of(const WatchSettings& watch) {
    WatchRules rules;
    rules.judge.beat_gap = watch.beat_gap;
    rules.marks.settle = watch.settle;
    rules.marks.look_back = watch.look_back;
    rules.send_marks = watch.emit_to.has_value();
    return rules;
}

}  // namespace

BoardApp::BoardApp(BoardFiles files, BoardLife& life) : files_{std::move(files)}, life_{life} {}

BoardApp::~BoardApp() = default;

Result<std::unique_ptr<BoardApp>> BoardApp::start(BoardFiles files, BoardLife& life) {
    std::unique_ptr<BoardApp> app{new BoardApp{std::move(files), life}};
    let_signals_wait(SIG_BLOCK);
    auto done = app->open_intake();
    if (done) done = app->build_watcher();
    if (done) done = app->build_web();
    if (!done) return tl::make_unexpected(done.error());
    return app;
}

Result<void> BoardApp::open_intake() {
    const auto* sqlite = std::get_if<SqliteSettings>(&files_.settings.store);
    if (sqlite == nullptr) return {};
    auto opened = StoreIntake::open(*sqlite, stop_timeout_of(files_.settings),
                                    FactReader{files_.lifecycle.name_space, files_.settings.watch.destination},
                                    [this](const std::string& warning) { say_later(warning); });
    if (!opened) return tl::make_unexpected(opened.error());
    intake_ = std::move(*opened);
    return {};
}

Result<std::unique_ptr<OrderStore>> BoardApp::open_store() const {
    if (const auto* clickhouse = std::get_if<ClickhouseSettings>(&files_.settings.store))
        return std::make_unique<ClickhouseStore>(*clickhouse, files_.lifecycle.name_space,
                                                 files_.settings.watch.destination);
    auto store = SqliteStore::open(std::get<SqliteSettings>(files_.settings.store).file);
    if (!store) return tl::make_unexpected(store.error());
    return std::unique_ptr<OrderStore>{std::move(*store)};
}

Result<void> BoardApp::build_watcher() {
    auto folder = TemporaryFolder::make("ordertrace-board");
    if (!folder) return tl::make_unexpected(folder.error());
    index_folder_ = std::make_unique<TemporaryFolder>(std::move(*folder));
    auto index = IndexWriter::make(index_folder_->path() + "/index.db");
    if (!index) return tl::make_unexpected(index.error());
    auto store = open_store();
    if (!store) return tl::make_unexpected(store.error());
    const auto& watch = files_.settings.watch;
    if (watch.emit_to) marks_ = std::make_unique<MarkSender>(*watch.emit_to);
    watcher_ = std::make_unique<Watcher>(
        files_.lifecycle, rules_of(watch), std::move(*store), std::move(*index),
        [this](const std::string& line) { return marks_->send(line); }, [this] { return stopping_.load(); });
    return {};
}

Result<void> BoardApp::build_web() {
    auto store = open_store();
    if (!store) return tl::make_unexpected(store.error());
    auto index = IndexReader::open(index_folder_->path() + "/index.db");
    if (!index) return tl::make_unexpected(index.error());
    const auto& settings = files_.settings;
    register_ = std::make_unique<OrderRegister>(
        files_.lifecycle, rules_of(settings.watch).judge, std::move(*store), std::move(*index),
        [this] { return watcher_->overview(); }, wall_clock);
    site_ = std::make_unique<WebSite>(*register_, settings.web, intake_ ? &intake_->numbers() : nullptr,
                                      life_.config_reads, [this] { return stopping_.load(); });
    HttpLimits limits;
    limits.max_body_bytes = 4096;  // nobody has to send anything
    limits.stop_timeout = stop_timeout_of(settings);
    web_ = std::make_unique<HttpServer>(context_, limits,
                                        [this](const HttpRequest& request) { return site_->answer(request); });
    auto bound = settings.web.listen;
    const auto port = web_->listen({boost::asio::ip::make_address(bound.host), bound.port});
    if (!port) return fail("web.listen: " + port.error().message);
    bound.port = *port;
    web_address_ = to_string(bound);
    return {};
}

std::optional<BoardFiles> BoardApp::run() {
    std::signal(SIGPIPE, SIG_IGN);
    boost::system::error_code ignored;
    for (const int signal : our_signals) signals_.add(signal, ignored);
    on_signal(0);
    feed_watchdog();
    if (intake_) intake_->run();
    watch_thread_ = std::thread{[this] { watch(); }};
    log_info("listening: web http://" + web_address_ + files_.settings.web.base_path +
             (intake_ ? ", intake " + intake_->url() : "") + ", lifecycle " + files_.settings.lifecycle + " with " +
             std::to_string(files_.lifecycle.stages.size()) + " stages");
    let_signals_wait(SIG_UNBLOCK);  // this thread alone takes them
    context_.run();
    let_signals_wait(SIG_BLOCK);
    // Each of these may take a while, and the service manager goes on waiting for the watchdog when a board begins
    // anew.
    life_.notifier.watchdog();
    watch_thread_.join();
    life_.notifier.watchdog();
    if (intake_) intake_->stop();
    life_.notifier.watchdog();
    if (!anew_) log_info("stopped");
    return std::move(anew_);
}

// The watcher's thread: a cycle, then a pause until the next is due.
void BoardApp::watch() {
    while (!stopping_) {
        const auto next = std::chrono::steady_clock::now() + files_.settings.watch.every;
        watcher_->cycle(wall_clock());
        boost::asio::post(context_, [this] { say_trouble(*watcher_->overview()); });
        std::unique_lock lock{pause_mutex_};
        pause_.wait_until(lock, next, [this] { return stopping_.load(); });
    }
}

// Each trouble once when it begins, and once when it is over; and that the register is complete.
void BoardApp::say_trouble(const Overview& overview) {
    if (overview.trouble != trouble_) {
        trouble_ = overview.trouble;
        if (trouble_.empty())
            log_info("watch: the store answers again");
        else
            log_warning("watch: " + trouble_);
    }
    if (was_ready_ || !overview.caught_up) return;
    was_ready_ = true;
    log_info("ready: " + std::to_string(overview.orders) + " orders, " + std::to_string(overview.stuck) + " stuck");
    life_.notifier.ready("watching orders");
}

void BoardApp::say_later(const std::string& warning) {
    boost::asio::post(context_, [warning] { log_warning(warning); });
}

void BoardApp::on_signal(int signal) {
    if (signal == SIGHUP) reload();
    if (signal == SIGTERM || signal == SIGINT) {
        log_info("stopping");
        life_.notifier.stopping("stopping");
        begin_stop();
    }
    if (stopping_) return;
    signals_.async_wait([this](const boost::system::error_code& error, int next) {
        if (!error) on_signal(next);
    });
}

// The manager hears of the watchdog while this thread turns. A store that does not answer is no reason to restart the
// board: its calls have time-outs, and the page says what is wrong.
void BoardApp::feed_watchdog() {
    if (!life_.notifier.watchdog_every()) return;
    life_.notifier.watchdog();
    watchdog_.expires_after(*life_.notifier.watchdog_every());
    watchdog_.async_wait([this](const boost::system::error_code& error) {
        if (!error) feed_watchdog();
    });
}

// Nothing of a lifecycle can be changed in the midst: every order is judged by the new one, the ports are bound anew.
// What agents deliver meanwhile is not answered, and so comes again.
void BoardApp::reload() {
    auto wanted = read_board_files(life_.config_file, process_environment());
    life_.config_reads = {wanted.has_value(), wall_clock()};
    if (!wanted) {
        for (const auto& problem : wanted.error()) log_error(to_string(problem));
        log_error("reload: " + life_.config_file + " is not valid; the settings in force stay");
        return;
    }
    log_info("reload: beginning anew with " + life_.config_file + " and " + wanted->settings.lifecycle);
    life_.notifier.reloading();
    anew_ = std::move(*wanted);
    begin_stop();
}

void BoardApp::begin_stop() {
    {
        const std::lock_guard lock{pause_mutex_};
        stopping_ = true;
    }
    pause_.notify_all();
    watchdog_.cancel();
    web_->stop();
}

}  // namespace ordertrace
