#!/usr/bin/env python3
"""Checks recorded requests against Twilio's published OpenAPI description.

usage: validate-twilio.py OPENAPI.json REQUESTS.jsonl

Each line of REQUESTS has method, path, content_type, query and form (lists of [name, value]). Exits
with 1 and a line per problem. Names that the description does not have are problems, too: Twilio
ignores them without a word. Uses the jsonschema module and nothing of ours.
"""
import json
import re
import sys

import jsonschema

# The sound of a recording: documented beside the API ("Recording media"), not in the description.
MEDIA = re.compile(r"^/2010-04-01/Accounts/AC[0-9a-fA-F]{32}/Recordings/RE[0-9a-fA-F]{32}\.wav$")


def templates(document):
    for template, item in document["paths"].items():
        parts = re.split(r"\{([^}]+)\}", template)
        pattern = "".join(
            re.escape(part) if i % 2 == 0 else f"(?P<{part}>[^/]+)" for i, part in enumerate(parts)
        )
        # The more literal one first: Twilio's paths overlap.
        yield len(parts), re.compile(f"^{pattern}$"), item


def resolve(document, schema):
    while "$ref" in schema:
        node = document
        for step in schema["$ref"].lstrip("#/").split("/"):
            node = node[step]
        schema = node
    return schema


def coerce(document, schema, values):
    """The value of a form as the schema's type; what does not fit stays a string and fails."""
    schema = resolve(document, schema)
    kind = schema.get("type")
    if kind == "array":
        return [coerce(document, schema["items"], [value]) for value in values]
    if len(values) != 1:
        return values
    value = values[0]
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind == "integer" and re.fullmatch(r"-?[0-9]+", value):
        return int(value)
    if kind == "number" and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        return float(value)
    return value


def gather(fields):
    gathered = {}
    for name, value in fields:
        gathered.setdefault(name, []).append(value)
    return gathered


def check_schema(document, schema, instance, where):
    validator = jsonschema.Draft4Validator(
        {**schema, "components": document["components"]}, format_checker=jsonschema.FormatChecker()
    )
    for error in validator.iter_errors(instance):
        yield f"{where}: {'/'.join(map(str, error.path))}: {error.message}"


def check_parameters(document, operation, item, match, request, where):
    declared = {}
    for parameter in item.get("parameters", []) + operation.get("parameters", []):
        parameter = resolve(document, parameter)
        declared[(parameter["in"], parameter["name"])] = parameter
    for name, value in match.groupdict().items():
        parameter = declared.get(("path", name))
        if parameter is None:
            yield f"{where}: path parameter {name} is not declared"
        else:
            yield from check_schema(document, parameter["schema"], value, f"{where} {{{name}}}")
    for name, values in gather(request["query"]).items():
        parameter = declared.get(("query", name))
        if parameter is None:
            yield f"{where}: query parameter {name} is not declared"
        else:
            value = coerce(document, parameter["schema"], values)
            yield from check_schema(document, parameter["schema"], value, f"{where}?{name}")


def check_body(document, operation, request, where):
    kind = "application/x-www-form-urlencoded"
    if "requestBody" not in operation:
        if request["form"]:
            yield f"{where}: a body is not expected"
        return
    if request["content_type"] != kind:
        yield f"{where}: content type {request['content_type']}, expected {kind}"
        return
    schema = resolve(document, operation["requestBody"]["content"][kind]["schema"])
    properties = schema.get("properties", {})
    instance = {}
    for name, values in gather(request["form"]).items():
        if name not in properties:
            yield f"{where}: field {name} is not declared"
        else:
            instance[name] = coerce(document, properties[name], values)
    yield from check_schema(document, schema, instance, where)


def check(document, request):
    where = f"{request['method']} {request['path']}"
    if request["method"] == "GET" and MEDIA.match(request["path"]):
        return
    for _, pattern, item in sorted(templates(document), key=lambda entry: entry[0]):
        match = pattern.match(request["path"])
        operation = item.get(request["method"].lower()) if match else None
        if operation is None:
            continue
        yield from check_parameters(document, operation, item, match, request, where)
        yield from check_body(document, operation, request, where)
        return
    yield f"{where}: no such operation"


def main(openapi, requests):
    with open(openapi, encoding="utf-8") as file:
        document = json.load(file)
    with open(requests, encoding="utf-8") as file:
        recorded = [json.loads(line) for line in file if line.strip()]
    problems = [problem for request in recorded for problem in check(document, request)]
    kinds = sorted({
        request["method"] + " " + re.sub(r"[A-Z]{2}[0-9a-f]{32}", "*", request["path"])
        for request in recorded
    })
    print(f"{len(recorded)} requests of {len(kinds)} kinds: " + ", ".join(kinds))
    print("\n".join(problems) or "all valid")
    return 1 if problems or not recorded else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
