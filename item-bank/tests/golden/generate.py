"""Golden tables of the response models and ability estimators.

Own work, standard library only. Every number is computed from the definition of the model in 120 decimal digits (45 for estimates), a way
the product does not use: probabilities by the textbook formula, derivatives by central differences, integrals by a fine
trapezoid sum, maxima by bisection. Parameters are drawn with a fixed seed.

    python3 item-bank/tests/golden/generate.py item-bank/tests/golden
"""
import csv
import json
import random
import sys
from decimal import Decimal, getcontext

getcontext().prec = 120
D, STEP = Decimal, Decimal("1e-14")
SEED = 20261123
HEADER = [f"# generate.py beside this file, seed {SEED}, Python decimal with 120 digits (45 for estimates), 2026-11-23"]


def bank():
    draw = random.Random(SEED)
    slope = lambda: round(draw.lognormvariate(0.1, 0.35), 3)
    place = lambda: round(draw.gauss(0, 1.1), 3)
    items = []
    for number in range(3):
        items.append({"id": f"rasch{number}", "model": "1PL", "a": 1.0, "b": place()})
        items.append({"id": f"two{number}", "model": "2PL", "a": slope(), "b": place()})
        items.append({"id": f"three{number}", "model": "3PL", "a": slope(), "b": place(), "c": round(draw.uniform(0.05, 0.3), 3)})
        items.append({"id": f"four{number}", "model": "4PL", "a": slope(), "b": place(), "c": round(draw.uniform(0.05, 0.3), 3),
                      "d": round(draw.uniform(0.9, 0.99), 3)})
        items.append({"id": f"graded{number}", "model": "GRM", "a": slope(), "b": sorted(place() for _ in range(2 + number))})
        items.append({"id": f"partial{number}", "model": "PCM", "b": [place() for _ in range(2 + number)]})
        items.append({"id": f"general{number}", "model": "GPCM", "a": slope(), "b": [place() for _ in range(2 + number)]})
        items.append({"id": f"nominal{number}", "model": "NRM", "a": [0.0] + [round(draw.uniform(-1, 2), 3) for _ in range(2 + number)],
                      "b": [0.0] + [place() for _ in range(2 + number)]})
    items.append({"id": "steep", "model": "3PL", "a": 5.0, "b": 0.4, "c": 0.2})
    return items


def logistic(z):
    return 1 / (1 + (-z).exp())


def probabilities(item, theta):
    model, d = item["model"], lambda value: D(repr(value))
    if model in ("1PL", "2PL", "3PL", "4PL"):
        low, high = d(item.get("c", 0.0)), d(item.get("d", 1.0))
        correct = low + (high - low) * logistic(d(item["a"]) * (theta - d(item["b"])))
        return [1 - correct, correct]
    if model == "GRM":
        above = [D(1)] + [logistic(d(item["a"]) * (theta - d(b))) for b in item["b"]] + [D(0)]
        return [above[k] - above[k + 1] for k in range(len(above) - 1)]
    if model == "NRM":
        exponents = [d(a) * theta + d(b) for a, b in zip(item["a"], item["b"])]
    else:
        exponents = [D(0)]
        for b in item["b"]:
            exponents.append(exponents[-1] + d(item.get("a", 1.0)) * (theta - d(b)))
    weights = [z.exp() for z in exponents]
    return [w / sum(weights) for w in weights]


def derivatives(item, theta):
    """P, P', P'' of every category; the differences are exact to about 1e-28."""
    below, here, above = (probabilities(item, theta + k * STEP) for k in (-1, 0, 1))
    return [(p, (u - l) / (2 * STEP), (u - 2 * p + l) / STEP ** 2) for l, p, u in zip(below, here, above)]


def information(item, theta):
    curves = derivatives(item, theta)
    return sum(f * f / p for p, f, s in curves), sum(f * s / p for p, f, s in curves)


def log_likelihood(items, scores, theta):
    return sum(probabilities(i, theta)[x].ln() for i, x in zip(items, scores))


def slope(function, theta):
    return (function(theta + STEP) - function(theta - STEP)) / (2 * STEP)


def expected(items, scores, mean, sd):
    """Trapezoid sum over mean ± 12 sd in steps of 0.025 sd."""
    total = first = second = D(0)
    for k in range(-480, 481):
        z = D(k) / 40
        theta = mean + sd * z
        weight = (log_likelihood(items, scores, theta) - z * z / 2).exp()
        total, first, second = total + weight, first + weight * theta, second + weight * theta * theta
    centre = first / total
    return centre, (second / total - centre * centre).sqrt()


def highest(value, rise, low, high, cells=120):
    """Global maximum by scan and bisection of the slope."""
    nodes = [low + (high - low) * k / cells for k in range(cells + 1)]
    heights = value(nodes)
    best = heights.index(max(heights))
    if best == 0 and rise(low) <= 0:
        return low, True
    if best == cells and rise(high) >= 0:
        return high, True
    left, right = nodes[max(best - 1, 0)], nodes[min(best + 1, cells)]
    for _ in range(70):
        middle = (left + right) / 2
        left, right = (middle, right) if rise(middle) > 0 else (left, middle)
    return left, False


def estimates(items, scores, mean, sd):
    fisher = lambda t: sum(information(i, t)[0] for i in items)
    yield ("eap", *expected(items, scores, mean, sd), False)
    like = lambda t: log_likelihood(items, scores, t)
    post = lambda t: like(t) - ((t - mean) / sd) ** 2 / 2
    low, high = D(-6), D(6)
    theta, bound = highest(lambda nodes: [post(t) for t in nodes], lambda t: slope(post, t), low, high)
    yield "map", theta, 1 / (fisher(theta) + 1 / sd ** 2).sqrt(), bound
    theta, bound = highest(lambda nodes: [like(t) for t in nodes], lambda t: slope(like, t), low, high)
    yield "ml", theta, 1 / fisher(theta).sqrt(), bound

    def correction(t):
        terms = [information(i, t) for i in items]
        return sum(j for _, j in terms) / (2 * sum(i for i, _ in terms))

    def weighted(nodes):
        added, last, sums = [correction(t) for t in nodes], D(0), []
        for k, t in enumerate(nodes):
            last += (nodes[k] - nodes[k - 1]) * (added[k] + added[k - 1]) / 2 if k else D(0)
            sums.append(like(t) + last)
        return sums

    theta, bound = highest(weighted, lambda t: slope(like, t) + correction(t), low, high)
    yield "wle", theta, 1 / fisher(theta).sqrt(), bound


def patterns(items):
    draw = random.Random(SEED + 1)
    top = [len(probabilities(i, D(0))) - 1 for i in items]
    yield "all_lowest", list(range(len(items))), [0] * len(items)
    yield "all_highest", list(range(len(items))), top
    yield "three_right", [1, 9, 17], [1, 1, 1]
    yield "one_wrong", [2], [0]
    easy_wrong = sorted((i for i in range(len(items)) if items[i]["model"] in ("3PL", "4PL")), key=lambda i: items[i]["b"])
    yield "easy_wrong_hard_right", easy_wrong, [0] * 3 + [1] * (len(easy_wrong) - 3)
    for number, ability in enumerate((-2, -1, 0, 1, 2)):
        chosen = draw.sample(range(len(items)), 6 + 4 * number)
        scores = []
        for i in chosen:
            u, score = draw.random(), 0
            for p in probabilities(items[i], D(ability))[:-1]:
                u -= float(p)
                score += u >= 0
            scores.append(score)
        yield f"random_at_{ability}", chosen, scores


def write(folder, name, columns, rows):
    with open(f"{folder}/{name}", "w", newline="") as file:
        file.write("\n".join(HEADER) + "\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def digits(value):
    return f"{value:.17e}"


def main(folder):
    items = bank()
    with open(f"{folder}/bank.json", "w") as file:
        lines = ",\n  ".join(json.dumps(item) for item in items)
        file.write(f'{{"id": "golden", "D": 1, "origin": "{HEADER[0][2:]}", "licence": "Apache-2.0 OR MIT", "items": [\n  {lines}\n]}}\n')
    categories, totals = [], []
    for item in items:
        for theta in ("-20", "-10", "-4.3", "-1", "0.4", "1.7", "10", "20"):
            for score, curve in enumerate(derivatives(item, D(theta))):
                categories.append([item["id"], theta, score, *map(digits, curve), digits(curve[0].ln())])
            mean = sum(k * p for k, p in enumerate(probabilities(item, D(theta))))
            totals.append([item["id"], theta, *map(digits, information(item, D(theta))), digits(mean)])
    write(folder, "categories.csv", ["item", "theta", "score", "p", "first", "second", "log_p"], categories)
    write(folder, "information.csv", ["item", "theta", "information", "warm_j", "expected_score"], totals)
    getcontext().prec = 45
    rows = []
    for name, chosen, scores in patterns(items):
        for mean, sd in (("0", "1"), ("-0.7", "1.4")):
            for method, theta, error, bound in estimates([items[i] for i in chosen], scores, D(mean), D(sd)):
                rows.append([name, " ".join(items[i]["id"] for i in chosen), " ".join(map(str, scores)), mean, sd, method,
                             digits(theta), digits(error), str(bound).lower()])
    write(folder, "estimates.csv", ["pattern", "items", "scores", "mean", "sd", "method", "theta", "standard_error", "at_bound"], rows)


if __name__ == "__main__":
    main(sys.argv[1])
