// Runs one post of a CollectorClient to its end: for tests only.
#pragma once

#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "export/collector_client.h"

namespace ordertrace {

class Posting {
public:
    explicit Posting(TlsSettings tls = {}, AuthSettings auth = {}, Duration timeout = std::chrono::seconds{20})
        : client{io_.get_executor(), timeout, std::move(tls), std::move(auth)} {}

    Outcome operator()(const Url& url, const std::string& text = "batch", bool gzip = false) {
        RequestBody body{text};
        Outcome result;
        boost::asio::co_spawn(io_, client.post(url, body, gzip), [&](std::exception_ptr failure, Outcome outcome) {
            if (failure) std::rethrow_exception(failure);
            result = std::move(outcome);
        });
        io_.restart();
        io_.run();
        return result;
    }

private:
    boost::asio::io_context io_{1};

public:
    CollectorClient client;
};

}  // namespace ordertrace
