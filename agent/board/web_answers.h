// The answers of WebSite before they are sent: what every one of them carries, and how an unchanged one is left out.
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "http/http_server.h"

namespace ordertrace {

constexpr std::string_view html_type = "text/html; charset=utf-8";
constexpr std::string_view json_type = "application/json; charset=utf-8";
constexpr std::string_view plain_type = "text/plain; charset=utf-8";
constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

HttpResponse answer_with(unsigned status, std::string_view content_type, std::string body);

// 301, 303; `to` is a path with its escapes.
HttpResponse redirect(unsigned status, const std::string& to);

// An entity tag of the body, quoted: equal bytes, equal tag.
std::string entity_tag(std::string_view body);

// The answer to a client that knows some versions already: a 200 whose ETag is among them becomes a 304 without body;
// any other stays as it is.
HttpResponse unless_known(HttpResponse response, std::string_view if_none_match);

// Security headers; the body is left out for HEAD, its length stays.
HttpResponse finished(HttpResponse response, bool is_head);

}  // namespace ordertrace
