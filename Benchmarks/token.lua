-- wrk script: POST /oauth/token. Arguments after --: mode client_id client_secret audience [token file]
--   mode "credentials": every request asks for an access token by client credentials.
--   mode "refresh": every request takes a refresh token from a queue; its answer puts the successor back, so that each
--   family has at most one request in flight, as with a well-behaved client.
local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

local headers = { ["Content-Type"] = "application/json" }
local mode, id, secret, audience, queue, head, tail

function init(arguments)
    mode, id, secret, audience = arguments[1], arguments[2], arguments[3], arguments[4]
    queue, head, tail, failed = {}, 1, 0, 0
    if mode == "refresh" then
        local count = 0
        for line in io.lines(arguments[5]) do
            if count % 2 == number % 2 then
                tail = tail + 1
                queue[tail] = line
            end
            count = count + 1
        end
    end
end

function request()
    local body
    if mode == "credentials" then
        body = string.format('{"grant_type":"client_credentials","client_id":"%s","client_secret":"%s","audience":"%s"}', id, secret, audience)
    else
        local token = queue[head]
        queue[head] = nil
        head = head + 1
        body = string.format('{"grant_type":"refresh_token","client_id":"%s","refresh_token":"%s"}', id, token or "none")
    end
    return wrk.format("POST", "/oauth/token", headers, body)
end

function response(status, headers, body)
    if status ~= 200 then
        failed = failed + 1
    elseif mode == "refresh" then
        tail = tail + 1
        queue[tail] = string.match(body, '"refresh_token":"([^"]+)"')
    end
end
