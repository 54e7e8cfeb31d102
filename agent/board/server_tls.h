// The server's side of TLS for the board's intake: it takes spans only from clients whose certificate an authority of
// its own signed. Owned by an HttpServer's owner, used on the server's thread. The files are read again when they
// changed; while the new ones are unusable the old ones go on, and the trouble is told once.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "base/result.h"
#include "export/file_stamp.h"
#include "settings/board_settings.h"

namespace ordertrace {

class ServerTls {
public:
    using Log = std::function<void(const std::string& warning)>;

    // All three files are read at once; the message says which one is unusable.
    static Result<ServerTls> open(IntakeTlsSettings settings, Log log);

    // What the next connection is made with. TLS 1.2 and newer, HTTP/1.1 only.
    boost::asio::ssl::context& context();

private:
    ServerTls(IntakeTlsSettings settings, Log log) : settings_{std::move(settings)}, log_{std::move(log)} {}
    std::array<FileStamp, 3> stamps() const;
    Result<boost::asio::ssl::context> build() const;

    IntakeTlsSettings settings_;
    Log log_;
    std::array<FileStamp, 3> stamps_{};
    std::optional<boost::asio::ssl::context> context_;
};

}  // namespace ordertrace
