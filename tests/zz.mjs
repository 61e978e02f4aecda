import { launch, checkAccessible, checkFits, logIn } from "/tmp/wcitizen/tests/browser/lib.mjs";
const b=await launch(); const U="http://127.0.0.1:9517";
for (const [w,dark] of [[390,false],[390,true],[1280,false],[320,false]]) {
  const p=await b.page({width:w,height:844,dark});
  await p.goto(U+"/mariestad/otrygg-plats"); await p.shot(`form0-${w}${dark?"d":""}`);
  await p.getByRole("radio",{name:"Otrygg plats"}).check({force:true});
  await p.locator("label[for=f-bad]").click(); await p.locator("#f-place").fill("Mariestad");
  await p.locator("#f-text").fill("Ring Anna Svensson på 070-174 06 05, det är mörkt.");
  await p.waitForTimeout(1500);
  try{await checkAccessible(p);await checkFits(p);}catch(e){console.log(w,e.message)}
  await p.shot(`form1-${w}${dark?"d":""}`);
  await p.locator("#f-text").fill("Det är mörkt i backen.");
  await p.getByRole("button",{name:"Sök platsen"}).click(); await p.waitForLoadState();
  await p.shot(`find-${w}${dark?"d":""}`);
  await p.getByRole("button",{name:"Skicka",exact:true}).click(); await p.waitForLoadState("load");
  await p.waitForTimeout(1500);
  try{await checkAccessible(p);await checkFits(p);}catch(e){console.log(w,e.message)}
  await p.shot(`thanks-${w}${dark?"d":""}`);
  await p.goto(U+"/mariestad/otrygg-plats/kvitto"); await p.shot(`kvitto-${w}${dark?"d":""}`);
  await p.context().close();
}
try{b.checkQuiet()}catch(e){console.log(e.message)}
try{await b.checkHtml()}catch(e){console.log(e.message)}
await b.close();
