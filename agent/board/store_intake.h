// The board's own collector: takes span batches on POST /api/traces like a Jaeger collector and writes them into the
// embedded store. Owned by the app; has a thread of its own with one io_context, the only one that writes the store.
// Answers 202 only when the facts are on the disk. Bounds: HttpLimits; retention works in small turns between batches.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/result.h"
#include "board/fact_reader.h"
#include "board/server_tls.h"
#include "board/store_intake_numbers.h"
#include "board/thrift_intake.h"
#include "http/http_server.h"
#include "settings/board_settings.h"
#include "store/sqlite_writer.h"

namespace ordertrace {

class StoreIntake {
public:
    // Called on the intake's thread.
    using Log = std::function<void(const std::string& warning)>;

    // Opens the store and binds. `stop_timeout` is what batches under way have when it stops; `reader` says which spans
    // are facts.
    static Result<std::unique_ptr<StoreIntake>> open(const SqliteSettings& settings,
                                                     std::chrono::milliseconds stop_timeout, FactReader reader,
                                                     Log log);
    ~StoreIntake();

    void run();   // begins the thread
    void stop();  // accepts no more, answers what is under way; waits for the thread
    const std::string& url() const { return url_; }
    const StoreIntakeNumbers& numbers() const { return numbers_; }

private:
    StoreIntake(const HttpLimits& limits, FactReader reader, std::unique_ptr<SqliteWriter> writer,
                std::optional<ServerTls> tls, Log log);
    Result<void> take(const ReceivedBatch& batch);
    void tidy();
    void say(const Result<void>& outcome);
    void count();

    FactReader reader_;
    std::unique_ptr<SqliteWriter> writer_;
    Log log_;
    StoreIntakeNumbers numbers_;
    std::string trouble_;  // as it was last said
    std::string url_;
    std::optional<ServerTls> tls_;
    boost::asio::io_context context_{1};
    boost::asio::steady_timer tidy_timer_{context_};
    ThriftIntake intake_;
    HttpServer server_;
    std::thread thread_;
};

}  // namespace ordertrace
