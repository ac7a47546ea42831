// Plays a deck of films: a slide's film runs to the next of its stops, and waits there for the next key.
(() => {
  "use strict";

  const asked = new URLSearchParams(location.search);
  // The speaker's window shows the deck twice, small: what is on screen, and what the next key will come to
  const isSmall = asked.has("receiver");
  const isUpcoming = isSmall && asked.get("controls") === "false";

  const deck = document.querySelector(".reveal");
  let player = null; // of the slide that is on
  let captions = ""; // the language of those shown, "" for none

  class Player {
    constructor(slide) {
      this.slide = slide;
      this.video = slide.querySelector("video");
      this.start = Number(slide.dataset.start);
      this.end = Number(slide.dataset.end);
      this.stops = (slide.dataset.stops || "").split(" ").filter(Boolean).map(Number);
      this.until = null; // where it is running to
      this.shown = 0; // the step that is on screen
      this.mayNot = false; // the browser wants to see a key first
      if (!this.video) return; // the title's slide, which rests
      if (isSmall) this.video.muted = true;
      this.video.addEventListener("timeupdate", () => this.watch()); // also where the window is hidden
      for (const track of this.video.textTracks) track.addEventListener("cuechange", showCaptions);
    }

    // How many of its steps are over
    get step() {
      return this.slide.querySelectorAll(".fragment.visible").length;
    }

    // Go on from the stop of the last key to the next one, or from the start
    advance() {
      const step = (this.shown = this.step);
      if (!this.video) return;
      if (!this.stops.length) this.run(this.start, this.end);
      else this.run(step ? this.stops[step - 1] : this.start, this.stops[step]);
    }

    // Show the stop that it comes to by the step that it is at
    back() {
      this.shown = this.step;
      this.rest(this.stops[this.shown]);
    }

    run(from, until) {
      if (isUpcoming) return this.rest(until);
      if (Math.abs(this.video.currentTime - from) > 0.001) this.video.currentTime = from;
      this.until = until;
      this.play();
    }

    // Show the picture of a moment
    rest(at) {
      this.until = null;
      if (!this.video) return;
      this.video.pause();
      this.video.currentTime = at;
    }

    play() {
      this.mayNot = false;
      this.video.play().then(
        () => this.follow(),
        (error) => (this.mayNot = error.name === "NotAllowedError"),
      );
    }

    follow() {
      if (this.until === null || this.video.paused) return;
      this.watch();
      requestAnimationFrame(() => this.follow());
    }

    watch() {
      if (this.until === null || this.video.paused || this.video.currentTime < this.until) return;
      if (this.stops.length) this.rest(this.until);
      else if (!this.video.loop) this.video.currentTime = this.start;
    }

    halt() {
      this.mayNot = false;
      this.video?.pause();
    }

    enter() {
      if (this.step) this.back();
      else this.advance();
    }
  }

  const players = new Map();

  function playerOf(slide) {
    if (!players.has(slide)) players.set(slide, new Player(slide));
    return players.get(slide);
  }

  // Browsers open few films at once: those of this slide and its neighbours
  function load(slides, here) {
    slides.forEach((slide, number) => {
      const { video } = playerOf(slide);
      if (!video) return;
      const isNear = Math.abs(number - here) < 2;
      if (isNear && !video.hasAttribute("src")) {
        video.src = video.dataset.film;
        video.preload = "auto";
      } else if (!isNear && video.hasAttribute("src")) {
        video.removeAttribute("src");
        video.load();
      }
    });
  }

  // A step back comes to the last stop of the slide before; whoever jumps to a slide wants its beginning
  function cameByJump(slides, slide) {
    const here = slides.indexOf(slide);
    if (location.hash === `#/${here + 1}`) return true;
    const isStepBack = here === slides.indexOf(player.slide) - 1 && player.shown === 0;
    return !isStepBack && !slide.querySelector(".fragment:not(.visible)");
  }

  function enter(slide) {
    const slides = Reveal.getSlides();
    if (player) {
      player.halt();
      if (cameByJump(slides, slide) && !isSmall) Reveal.navigateFragment(-1);
    }
    load(slides, slides.indexOf(slide));
    player = playerOf(slide);
    showCaptions();
    player.enter();
  }

  // Fragments of a slide that the deck jumps to change before it is there
  function isOn() {
    return player.slide === Reveal.getCurrentSlide();
  }

  // Captions stand in a band below the film, which is smaller then, so that nothing drawn is covered
  const said = document.querySelector(".said");

  function showCaptions() {
    const tracks = Array.from(player?.video?.textTracks ?? []);
    for (const track of tracks) track.mode = track.language === captions ? "hidden" : "disabled";
    const track = tracks.find((one) => one.language === captions);
    deck.classList.toggle("captioned", Boolean(track));
    said.lang = captions;
    said.textContent = Array.from(track?.activeCues ?? [], (cue) => cue.getCueAsHTML().textContent).join(" ");
  }

  function nextCaptions() {
    const of = player.video ?? document.querySelector(".slides video");
    const languages = ["", ...Array.from(of?.textTracks ?? [], (track) => track.language)];
    captions = languages[(languages.indexOf(captions) + 1) % languages.length];
    showCaptions();
  }

  function goOn({ target }) {
    const isPicture = target === deck || target.closest(".slides, .backgrounds");
    if (isPicture && !Reveal.isOverview()) Reveal.next();
  }

  function begin() {
    if (Reveal.isPrintView()) return;
    Reveal.on("slidechanged", (event) => enter(event.currentSlide));
    Reveal.on("fragmentshown", () => isOn() && player.advance());
    Reveal.on("fragmenthidden", () => isOn() && player.back());
    Reveal.on("paused", () => player.halt());
    Reveal.on("resumed", () => player.until !== null && player.play());
    Reveal.on("overviewshown", () => player.halt());
    Reveal.on("overviewhidden", () => player.enter());
    // A film with sound may not start by itself: then the first key starts it, and does nothing else
    for (const kind of ["keydown", "click"]) {
      addEventListener(
        kind,
        (event) => {
          if (!player?.mayNot) return;
          event.stopImmediatePropagation();
          event.preventDefault();
          player.play();
        },
        true,
      );
    }
    if (!isSmall) addEventListener("click", goOn);
    enter(Reveal.getCurrentSlide());
  }

  Reveal.initialize({
    width: Number(deck.dataset.width),
    height: Number(deck.dataset.height),
    margin: 0,
    minScale: 0.05,
    maxScale: 16,
    center: false,
    controls: false,
    progress: false,
    hash: true,
    hashOneBasedIndex: true,
    transition: "none",
    backgroundTransition: "none",
    scrollActivationWidth: null,
    pdfSeparateFragments: false,
    plugins: [RevealNotes],
  }).then(begin);

  Reveal.addKeyBinding({ keyCode: 67, key: "C", description: "Captions" }, nextCaptions);
})();
