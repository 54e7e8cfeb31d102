// One HTTP request to ClickHouse and its answer, plain or over TLS. Blocks until the answer or the end of the patience.
// Used by ClickhouseClient, in its thread; keeps nothing.
#pragma once

#include <string>

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

#include "base/time.h"
#include "settings/common_settings.h"

namespace ordertrace {

struct ClickhouseRequest {
    const Url& url;
    boost::asio::ssl::context* tls;  // none: plain
    std::string server_name;
    std::string target;
    std::string authorization;
    const std::string& body;
    std::size_t max_answer;
    Duration patience;
};

struct ClickhouseAnswer {
    boost::system::error_code error;
    bool timed_out = false;
    unsigned status = 0;
    std::string exception_code;  // of ClickHouse; empty: none
    std::string body;
};

ClickhouseAnswer exchange_with_clickhouse(ClickhouseRequest request);

}  // namespace ordertrace
