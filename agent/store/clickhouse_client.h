// Asks ClickHouse over its HTTP interface: SQL in the body, values as parameters in the URL, answers in RowBinary.
// A connection for each question. Owned by one ClickhouseStore or one command, used by its thread; blocks at most the
// patience of the question and a second. An answer is at most 64 MiB. The password is read for each question, so that
// its file can be replaced.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "export/tls_context.h"
#include "settings/board_settings.h"

namespace ordertrace {

struct ClickhouseAnswer;

class ClickhouseClient {
public:
    using Values = std::vector<std::pair<std::string, std::string>>;  // name and text, for {name:Type} in the SQL

    static constexpr std::size_t max_answer = 64U << 20U;

    explicit ClickhouseClient(ClickhouseSettings settings);

    // The rows, in RowBinary.
    Result<std::string> ask(const std::string& sql, const Values& values = {});
    // A statement without an answer, with a patience of its own.
    Result<void> run(const std::string& sql, Duration patience, const Values& values = {});
    // The last answer was over max_answer: ask for less.
    bool too_large() const { return too_large_; }

    // For messages: the URL and the database.
    const std::string& where() const { return where_; }
    const ClickhouseSettings& settings() const { return settings_; }

private:
    Result<std::string> exchange(const std::string& sql, const Values& values, Duration patience);
    Result<std::string> judged(ClickhouseAnswer answer, Duration patience);
    std::string target(const Values& values, Duration patience) const;
    Result<std::string> authorization() const;

    ClickhouseSettings settings_;
    std::string where_;
    TlsContext tls_;
    bool too_large_ = false;
};

}  // namespace ordertrace
