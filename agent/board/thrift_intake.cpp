#include "board/thrift_intake.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "board/batch_decoder.h"
#include "board/inflate.h"

namespace ordertrace {
namespace {

namespace http = boost::beast::http;

std::string_view to_view(boost::beast::string_view text) { return {text.data(), text.size()}; }

// The media type without its parameters.
std::string_view media_type(std::string_view content_type) {
    auto type = content_type.substr(0, content_type.find(';'));
    while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
    return type;
}

// Slashes that follow each other are one, as for Go's servers.
std::string clean_path(std::string_view path) {
    std::string clean;
    for (const char c : path)
        if (c != '/' || clean.empty() || clean.back() != '/') clean += c;
    return clean;
}

HttpResponse moved(const std::string& path) {
    auto response = text_response(301, "moved to " + path);
    response.set(http::field::location, path);
    return response;
}

HttpResponse inflate_refusal(InflateError error) {
    switch (error) {
        case InflateError::not_gzip:
            return text_response(400, "the body is not gzip although its Content-Encoding says so");
        case InflateError::corrupt: return text_response(500, "Unable to process request body: gzip: invalid data");
        case InflateError::too_large: break;
    }
    return text_response(500, "Unable to process request body: http: request body too large", false);
}

}  // namespace

HttpResponse ThriftIntake::answer(const HttpRequest& request) {
    const auto target = to_view(request.target());
    const auto wanted = target.substr(0, target.find('?'));
    if (const auto clean = clean_path(wanted); clean != wanted) return moved(clean);
    if (wanted != path) return text_response(404, "not found: spans are taken by POST /api/traces");
    return take_post(request);
}

HttpResponse ThriftIntake::take_post(const HttpRequest& request) {
    if (request.method() != http::verb::post) {
        auto refused = text_response(405, "only POST is taken here");
        refused.set(http::field::allow, "POST");
        return refused;
    }
    const auto encoding = to_view(request[http::field::content_encoding]);
    const auto content_type = to_view(request[http::field::content_type]);
    if (encoding.empty()) return take(content_type, request.body());
    if (encoding != "gzip") return text_response(400, "unsupported Content-Encoding: " + std::string{encoding});
    auto body = inflate_gzip(request.body(), max_body_bytes_);
    return body ? take(content_type, *body) : inflate_refusal(body.error());
}

HttpResponse ThriftIntake::take(std::string_view content_type, std::string_view body) {
    const auto type = media_type(content_type);
    if (type.empty()) return text_response(400, "Cannot parse content type: no media type");
    if (!equals_ignore_case(type, "application/vnd.apache.thrift.binary") &&
        !equals_ignore_case(type, "application/x-thrift"))
        return text_response(400, "Unsupported content type: " + std::string{type});
    const auto batch = decode_batch(body);
    if (!batch) return text_response(400, "Unable to process request body: " + batch.error().message);
    if (const auto taken = sink_(*batch); !taken)
        return text_response(500, "Cannot submit Jaeger batch: " + taken.error().message);
    HttpResponse accepted{http::status::accepted, 11};
    accepted.keep_alive(true);
    return accepted;
}

}  // namespace ordertrace
