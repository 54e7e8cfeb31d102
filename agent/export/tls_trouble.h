// Says in one line why a TLS connection failed: what, where, what to do. Pure but for reading the SSL object.
#pragma once

#include <string>

#include <openssl/ssl.h>
#include <boost/system/error_code.hpp>

#include "settings/agent_settings.h"

namespace ordertrace {

// `error` is of OpenSSL's category, or an end of the connection while `connection` waited for its first answer.
std::string describe_tls_error(const Url& url, const TlsSettings& settings, const boost::system::error_code& error,
                               const SSL* connection);

// The name the server's certificate must have.
const std::string& expected_name(const Url& url, const TlsSettings& settings);

// 2026-11-22T10:00:00Z
std::string utc_text(std::int64_t seconds);

}  // namespace ordertrace
