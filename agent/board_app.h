// The composition root of the board: the only place that sees its store, watcher and web together. Owned by main.
// Three threads, no mutex but the one that ends the watcher's pause: the intake writes the embedded store, the watcher
// reads it and writes the index, the web (run(), the main thread) reads both. They share immutable overviews.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "board/config_reads.h"
#include "board/mark_sender.h"
#include "board/order_register.h"
#include "board/store_intake.h"
#include "board/watcher.h"
#include "board/web_site.h"
#include "http/http_server.h"
#include "ops/notify.h"
#include "settings/board_reader.h"
#include "store/temporary_folder.h"

namespace ordertrace {

// What outlives a board that begins anew: its environment was read once for all.
struct BoardLife {
    std::string config_file;
    Notifier notifier;
    ConfigReads config_reads;
};

class BoardApp {
public:
    // Opens the store, binds both ports; nothing runs yet. `life` outlives the app.
    static Result<std::unique_ptr<BoardApp>> start(BoardFiles files, BoardLife& life);
    ~BoardApp();

    // Until a signal ends it. If that was SIGHUP and the files are whole and valid: those to begin anew with.
    // SIGTERM, SIGINT and SIGHUP wait until run() is called, and after it, for the next one.
    std::optional<BoardFiles> run();

private:
    BoardApp(BoardFiles files, BoardLife& life);
    Result<void> open_intake();
    Result<void> build_watcher();
    Result<void> build_web();
    Result<std::unique_ptr<OrderStore>> open_store() const;

    void watch();
    void say_trouble(const Overview& overview);
    void say_later(const std::string& warning);
    void on_signal(int signal);
    void reload();
    void begin_stop();
    void feed_watchdog();

    BoardFiles files_;
    BoardLife& life_;
    std::unique_ptr<TemporaryFolder> index_folder_;
    boost::asio::io_context context_{1};
    boost::asio::signal_set signals_{context_};
    boost::asio::steady_timer watchdog_{context_};
    std::unique_ptr<StoreIntake> intake_;  // none with ClickHouse
    std::unique_ptr<MarkSender> marks_;    // none: marks are off
    std::unique_ptr<Watcher> watcher_;
    std::unique_ptr<OrderRegister> register_;
    std::unique_ptr<WebSite> site_;
    std::unique_ptr<HttpServer> web_;
    std::string web_address_;

    std::atomic<bool> stopping_{false};
    std::mutex pause_mutex_;
    std::condition_variable pause_;
    std::thread watch_thread_;
    std::string trouble_;  // of the watcher, as it was last said
    bool was_ready_ = false;
    std::optional<BoardFiles> anew_;
};

}  // namespace ordertrace
