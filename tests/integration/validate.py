#!/usr/bin/env python3
"""Checks recorded requests against a provider's published OpenAPI description.

usage: validate.py OPENAPI.json REQUESTS.jsonl [BESIDE]

Each line of REQUESTS has method, path, content_type, query and form (lists of [name, value]), and
body (text). Exits with 1 and a line per problem. Names that the description does not have are
problems, too: providers ignore them without a word. BESIDE is a regular expression for what is
documented elsewhere, like "GET /v1/files/.*". Uses the jsonschema module and nothing of ours.
"""
import json
import re
import sys

import jsonschema

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
# what differs from request to request
IDS = r"[A-Z]{2}[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f-]{27}"


def templates(document):
    for template, item in document["paths"].items():
        parts = re.split(r"\{([^}]+)\}", template)
        pattern = "".join(
            re.escape(part) if i % 2 == 0 else f"(?P<{part}>[^/]+)" for i, part in enumerate(parts)
        )
        # The more literal one first: paths may overlap.
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


def strict(document, schema):
    """The schema with what it refers to put in, and no room for names that it does not have."""
    schema = resolve(document, schema)
    parts = [strict(document, part) for part in schema.get("allOf", [])]
    merged = {key: value for key, value in schema.items() if key not in ("allOf", "discriminator")}
    for part in parts:
        merged["properties"] = {**merged.get("properties", {}), **part.get("properties", {})}
        merged["required"] = merged.get("required", []) + part.get("required", [])
        merged.setdefault("type", part.get("type"))
    for key in ("oneOf", "anyOf"):
        if key in merged:
            merged[key] = [strict(document, part) for part in merged[key]]
    if "items" in merged:
        merged["items"] = strict(document, merged["items"])
    if "properties" in merged:
        merged["properties"] = {
            name: strict(document, value) for name, value in merged["properties"].items()
        }
        merged.setdefault("additionalProperties", False)
    if "required" in merged and not merged["required"]:
        del merged["required"]
    return merged


def check_schema(document, schema, instance, where):
    validator = jsonschema.Draft4Validator(
        {**schema, "components": document["components"]}, format_checker=jsonschema.FormatChecker()
    )
    for error in validator.iter_errors(instance):
        best = jsonschema.exceptions.best_match([error])
        yield f"{where}: {'/'.join(map(str, best.absolute_path))}: {best.message}"


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


def check_form(document, schema, request, where):
    schema = resolve(document, schema)
    properties = schema.get("properties", {})
    instance = {}
    for name, values in gather(request["form"]).items():
        if name not in properties:
            yield f"{where}: field {name} is not declared"
        else:
            instance[name] = coerce(document, properties[name], values)
    yield from check_schema(document, schema, instance, where)


def check_json(document, schema, request, where):
    try:
        instance = json.loads(request["body"])
    except ValueError as error:
        yield f"{where}: the body is not JSON: {error}"
        return
    yield from check_schema(document, strict(document, schema), instance, where)


def check_body(document, operation, request, where):
    if "requestBody" not in operation:
        if request["form"] or request["body"]:
            yield f"{where}: a body is not expected"
        return
    content = operation["requestBody"]["content"]
    kind = request["content_type"]
    if kind not in content:
        yield f"{where}: content type {kind}, expected {' or '.join(content)}"
    elif kind == FORM:
        yield from check_form(document, content[kind]["schema"], request, where)
    elif kind == JSON:
        yield from check_json(document, content[kind]["schema"], request, where)
    else:
        yield f"{where}: content type {kind} can't be checked"


def check(document, request, beside):
    where = f"{request['method']} {request['path']}"
    if beside is not None and beside.fullmatch(where):
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


def main(openapi, requests, beside="", maybe_none=None):
    beside = re.compile(beside) if beside else None
    with open(openapi, encoding="utf-8") as file:
        document = json.load(file)
    with open(requests, encoding="utf-8") as file:
        recorded = [json.loads(line) for line in file if line.strip()]
    problems = [problem for request in recorded for problem in check(document, request, beside)]
    kinds = sorted({
        request["method"] + " " + re.sub(IDS, "*", request["path"])
        for request in recorded
    })
    print(f"{len(recorded)} requests of {len(kinds)} kinds: " + ", ".join(kinds))
    print("\n".join(problems) or "all valid")
    return 1 if problems or not (recorded or maybe_none) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
