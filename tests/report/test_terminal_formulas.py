"""Formulas as a terminal shows them, and everything else to the letter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from l2l_tui.report.terminal_formulas import readable, unicode

READ = {
    r"\theta_{t+1} = \theta_t + g_t(\nabla f(\theta_t), \phi)": "θₜ₊₁ = θₜ + gₜ(∇f(θₜ), ϕ)",
    r"\frac{1}{2}": "1/2",
    r"\frac{1}{2}x^2": "(1/2)x²",
    r"\frac{1}{N} \sum_i \ell_i = \frac{a}{b}": "(1/N) ∑ᵢ ℓᵢ = a/b",
    r"x\frac{1}{2}": "x(1/2)",
    r"\frac{a+b}{c_t}": "(a+b)/cₜ",
    r"\frac{\partial L}{\partial \theta}": "∂L/∂θ",
    r"\cfrac{1}{1+x}": "1/(1+x)",
    r"e^{-\frac{x^2}{2}}": "e^(-x²/2)",
    r"\mathcal{L}": "ℒ",
    r"\mathbb{R}^{n}": "ℝⁿ",
    r"\sum_{t=1}^{T} w_t f(\theta_t)": "∑ₜ₌₁ᵀ wₜ f(θₜ)",
    r"\hat{y}": "ŷ",
    r"\tilde{\theta}_i'": "θ̃ᵢ'",
    r"\begin{aligned} a &= b \\ c &= d + e\end{aligned}": "a = b\nc = d + e",
    r"\begin{pmatrix}1 & 2\\3&4\end{pmatrix}": "[ 1 2; 3 4 ]",
    r"\sqrt{x^2+y^2}": "√(x²+y²)",
    r"\sqrt[3]{x_{1}}": "∛x₁",
    r"\left\{ x \right.": "{ x",
    r"\mathbb{E}_{f}\left[\sum_t w_t\right]": "𝔼_f[∑ₜ wₜ]",
    r"x_\text{max}": "xₘₐₓ",
    r"\text{學習} \to \infty": "學習 → ∞",
    r"\theta^{(k)}_{t}": "θ⁽ᵏ⁾ₜ",
    r"\arg\min_\phi \mathcal{L}(\phi)": "arg min_ϕ ℒ(ϕ)",
    r"\operatorname{softmax}(QK^\top)": "softmax(QKᵀ)",
    r"\lambda\|w\|_2^2": "λ‖w‖₂²",
    r"p_{\theta_i}(y|x)": "p_(θᵢ)(y|x)",
    r"O(n\log n)": "O(n log n)",
    r"\mathcal{N}(0,\sigma^2 I)": "𝒩(0,σ² I)",
    r"\nowhere{x_1}": r"\nowhere{x_1}",
    r"a\_b": "a_b",
    "{": "{",
    "": "",
}


@pytest.mark.parametrize("tex", READ, ids=list(READ))
def test_a_formula_reads_as_one_would_write_it_by_hand(tex: str) -> None:
    """What braces held together stays together; what nobody knows stays as it was written."""
    assert unicode(tex) == READ[tex]


WRITTEN = r"""# $x_1$ and `$x_1$` #

It cost $5 and $6. Read $\theta_t$ in [$a$](u$b$) and **$\phi$**, $a
= \pi$ too; \$5, ![alt $x$](y).

> $$
> \begin{aligned} a &= b \\ c &= d\end{aligned}
> $$

| a | $x_1$ | `$x_1$` | $x_1$ |
|---|---|---|---|
| $a \| b$ | `$y$` | $\pi$ | 顯示 $\hat{y}$ |

```
$\theta$
```

    $\theta$
"""

READABLE = r"""# x₁ and `$x_1$` #

It cost $5 and $6. Read θₜ in [a](u$b$) and **ϕ**, a = π too; \$5, ![alt $x$](y).

>     a = b
>     c = d

| a | x₁ | `$x_1$` | x₁ |
|---|---|---|---|
| $a \| b$ | `$y$` | π | 顯示 ŷ |

```
$\theta$
```

    $\theta$
"""


def test_only_formulas_change() -> None:
    """Code, sums of money, addresses and what stands around them are left to the letter."""
    assert readable(WRITTEN) == READABLE
    assert readable(WRITTEN.replace("\n", "\r\n")).replace("\r\n", "\n") == READABLE


def test_what_a_formula_says_is_no_markup() -> None:
    """Where it is read as Markdown again."""
    assert readable("$*a*$ and $$b_i$$", markup=True) == r"\*a\* and bᵢ"
    block = readable("$$\na \\\\ [b](c)\n$$", markup=True)
    assert block == "```\na\n[b](c)\n```"


def test_a_formula_too_long_for_anybody_stays() -> None:
    """Nobody waits for it."""
    tex = "x+" * 3000
    assert unicode(tex) == tex


_PIECES = st.sampled_from(
    [
        *(
            "$",
            "$$",
            "\\",
            "{",
            "}",
            "_",
            "^",
            "&",
            "\n",
            " ",
            "x",
            "1",
            "`",
            "> ",
            "- ",
            "| ",
            "\t",
        ),
        *(r"\frac", r"\sqrt", r"\hat", r"\left", r"\begin{aligned}", r"\end{aligned}", r"\text{"),
        *("學", "\x00", "\r", "\ud800", r"\not", "%", "#", "~", "["),
    ]
)
_TEXTS = st.text() | st.lists(_PIECES, max_size=40).map("".join)


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_no_text_is_too_odd(text: str) -> None:
    """Whatever stands between dollars or around them, there is something to read."""
    unicode(text)
    readable(text)
    readable(text, markup=True)
    readable(f"a ${text}$ b\n\n$$\n{text}\n$$")


@settings(max_examples=200, deadline=None)
@given(_TEXTS.filter(lambda text: "$" not in text))
def test_a_text_without_dollars_stays_as_it_is(text: str) -> None:
    """To the letter."""
    assert readable(text) == text
    assert readable(f"{text}\n\n`$a$`").endswith("`$a$`")
