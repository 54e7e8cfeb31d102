#include "export/request_head.h"

namespace ordertrace {

std::string request_head(const Url& url, std::string_view credentials, std::size_t body_size, bool gzip) {
    const bool ipv6 = url.host.find(':') != std::string::npos;
    const bool usual_port = url.port == (url.tls ? 443 : 80);
    std::string head = "POST " + url.target + " HTTP/1.1\r\nHost: ";
    head += ipv6 ? "[" + url.host + "]" : url.host;
    if (!usual_port) head += ":" + std::to_string(url.port);
    head += "\r\nUser-Agent: ordertrace-agent/" ORDERTRACE_VERSION
            "\r\nContent-Type: application/vnd.apache.thrift.binary\r\n";
    // Only when compressed: a collector refuses "identity".
    if (gzip) head += "Content-Encoding: gzip\r\n";
    head += credentials;
    head += "Content-Length: " + std::to_string(body_size) + "\r\n\r\n";
    return head;
}

}  // namespace ordertrace
